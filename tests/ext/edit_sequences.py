"""Random edits of a project, and the comparison of an incremental build with a clean one."""

from __future__ import annotations

import difflib
import gzip
import json
import re
import tempfile
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from hypothesis import strategies as st
from sphinx.errors import SphinxError

from sphinxext_opsdocs.canonical.index_file import dump_index
from sphinxext_opsdocs.canonical.lock_file import Lock, Pin, dump_lock
from sphinxext_opsdocs.canonical.section import CanonicalEntry, CanonicalPage
from sphinxext_opsdocs.findings.baseline import dump_baseline, renew_baseline
from sphinxext_opsdocs.issues.snapshot import IssueState, dump_snapshot
from tests.project import CONFIG, Build, Project, encoded, md_page, rst_page
from tests.project import SPECIFICATION as SPECIFICATION_HEADER

LABELS = ("alpha", "beta")
NEEDS = ("REQ_1", "REQ_2")
PAGES = ("ops/a.rst", "ops/b.md", "ops/c.rst")
SPECIFICATIONS = ("specs/api/a.rst", "specs/api/s.rst", "specs/api/z.md")
PLAIN, FRAGMENTS = "plain.rst", ("ops/one.txt", "ops/two.txt")
TARGETS = ("api:alpha", "api:beta", "api:REQ_1", "nova:rate-limits", "api:specs/api/s")
RELATED = ("", "plain", "ops/b", "ops/c")
STATUSES = ("Canonical", "Archived", "wrong")

# each is written in both syntaxes: its name, argument, options and content
DIRECTIVES: tuple[tuple[str, str, dict[str, str], str], ...] = (
    ("canonical-ref", "{target}", {}, ""),
    (
        "observed-deviation",
        "Seen {n}",
        {
            "id": "DEV-{n}",
            "spec": "{target}",
            "issue": "API-{n}",
            "observed": "2026-10-30",
            "severity": "major",
            "state": "open",
        },
        "Text {n}.",
    ),
    ("workaround", "", {"deviation": "DEV-{n}"}, "Do {n}."),
    ("opsdocs-ignore", "workaround_misplaced", {"reason": "{target}"}, ""),
    ("canonical-quote", "{target}", {}, "Text."),
    ("include", "{fragment}", {}, ""),
)
PROSE = "Every client must see {deviation} and {canonical}."

REPORT_NAMES = (
    "deviation-register",
    "traceability-matrix",
    "document-inventory",
    "canonical-impact",
    "baseline-debt",
)
# each on its own page: one whose content changed must not hide that another was not written
REPORTS = {f"reports/{name}.rst": f"Report\n======\n\n.. {name}::\n" for name in REPORT_NAMES}
NEED_REPORTS = {
    "reports/table.rst": "Needs\n=====\n\n.. needtable::\n   :style: table\n",
    # sphinx-needs lists needs in the order in which their pages were read last
    "reports/list.rst": "Needs\n=====\n\n.. needlist::\n   :sort_by: id\n",
}

FEATURES: Mapping[str, tuple[str, str]] = {
    "dependents": ("show_dependents = true\n", ""),
    "codeowners": ('codeowners = "CODEOWNERS"\n', ""),
    "severity": ("", '[rules]\ncanonical_unresolved = "info"\n'),
    "nova": ("", '[domains.nova]\nindex = "nova.json.gz"\n'),
}
"""Parts of the configuration that come and go: before and behind the tables of CONFIG."""
CODEOWNERS = ("", "* @acme/orders\n", "/docs/ team-orders\n", "* team-api\n")

Piece = tuple[int, int, str]
"""Number of a directive (or of prose, behind them), number of what it is about, and a target."""
Edit = tuple[Any, ...]

pieces = st.lists(
    st.tuples(st.integers(0, len(DIRECTIVES)), st.integers(1, 3), st.sampled_from(TARGETS)),
    max_size=3,
)
edits = st.one_of(
    st.tuples(
        st.just("page"),
        st.sampled_from(PAGES),
        pieces,
        st.sampled_from(STATUSES),
        st.sampled_from(RELATED),
    ),
    st.tuples(st.just("remove"), st.sampled_from((*PAGES, *SPECIFICATIONS, PLAIN, *FRAGMENTS))),
    st.tuples(
        st.just("specification"),
        st.sampled_from(SPECIFICATIONS),
        st.lists(st.tuples(st.sampled_from(LABELS), st.integers(1, 2)), max_size=2),
    ),
    st.tuples(
        st.just("move section"),
        st.sampled_from(LABELS),
        st.sampled_from(SPECIFICATIONS),
        st.sampled_from(SPECIFICATIONS),
    ),
    st.tuples(
        st.just("need"),
        st.sampled_from(NEEDS),
        st.sampled_from((*SPECIFICATIONS[:2], "")),
        st.integers(1, 2),
    ),
    st.tuples(st.just("rename"), st.sampled_from(PAGES)),
    st.tuples(st.just("move over"), st.sampled_from(PAGES), st.sampled_from(PAGES)),
    st.tuples(st.just("move over"), *[st.sampled_from(FRAGMENTS)] * 2),
    st.tuples(st.just("plain"), st.integers(1, 3)),
    st.tuples(st.just("fragment"), st.sampled_from(FRAGMENTS), st.integers(1, 3)),
    st.tuples(st.just("configure"), st.sets(st.sampled_from(sorted(FEATURES)))),
    st.tuples(st.just("codeowners"), st.sampled_from((None, *CODEOWNERS))),
    st.tuples(st.just("lock"), st.sampled_from(("accept", "old", "broken", None))),
    st.tuples(st.just("snapshot"), st.sampled_from(("open", "closed", "broken", None))),
    st.tuples(st.just("baseline"), st.sampled_from(("record", "old", "broken", None))),
    st.tuples(st.just("index"), st.sampled_from(("One", "Two", "broken", None))),
)
rounds = st.lists(st.lists(edits, min_size=1, max_size=4), min_size=1, max_size=4)


class Setting(NamedTuple):
    """How a project is built."""

    has_needs: bool
    jobs: int


settings_of_builds = st.builds(Setting, st.booleans(), st.sampled_from((1, 1, 2)))


def _directive(syntax: str, piece: tuple[str, str, dict[str, str], str], values: dict) -> str:
    name, argument, options, content = piece
    lines = [*(f":{key}: {text}" for key, text in options.items())]
    if content:
        lines += ["", content]
    if syntax == "md":
        text = "\n".join([f"```{{{name}}} {argument}", *lines, "```"])
    else:
        text = "\n".join([f".. {name}:: {argument}", *(f"   {line}".rstrip() for line in lines)])
    for key, value in values.items():
        text = text.replace(f"{{{key}}}", str(value))
    return text + "\n"


def _piece_text(syntax: str, piece: Piece) -> str:
    kind, number, target = piece
    if kind < len(DIRECTIVES):
        fragment = Path(FRAGMENTS[number % 2]).name
        values = {"n": number, "target": target, "fragment": fragment}
        return _directive(syntax, DIRECTIVES[kind], values)
    role = {"md": "{{{0}}}`{1}`", "rst": ":{0}:`{1}`"}[syntax]
    return PROSE.format(
        deviation=role.format("deviation", f"DEV-{number}"),
        canonical=role.format("canonical", target),
    )


class EditedProject:
    """A project whose edits are carried out one after another."""

    def __init__(self, folder: Path, setting: Setting) -> None:
        self.setting = setting
        self.project = Project(folder, needs=setting.has_needs)
        self.sections: dict[str, list[tuple[str, int]]] = {
            SPECIFICATIONS[0]: [],
            SPECIFICATIONS[1]: [("alpha", 1)],
            SPECIFICATIONS[2]: [("beta", 1)],
        }
        self.needs: dict[str, tuple[str, int]] = {}
        if setting.has_needs:
            self.needs[NEEDS[0]] = (SPECIFICATIONS[1], 1)
        self.build: Build | None = None
        self.project.write({PLAIN: "Plain 1\n=======\n"} | REPORTS)
        self.project.write({name: f"Fragment of {name}.\n" for name in FRAGMENTS})
        if setting.has_needs:
            self.project.write(NEED_REPORTS)
        for number, name in enumerate(PAGES, 1):
            about = [(0, number, "api:alpha"), (1, number, "api:beta"), (5, number, "")]
            self.apply(("page", name, about, "Canonical", RELATED[number % 3]))
        self._write_specifications(*self.sections)

    def apply(self, edit: Edit) -> None:
        """Carry out one edit; one that is not possible now does nothing."""
        kind, *values = edit
        getattr(self, f"_{kind.replace(' ', '_')}")(*values)

    def run(self, outdir: Path | None = None) -> tuple[Build | None, str]:
        """Build; return the build, or the fault of the configuration that ended it."""
        before = self.project.outdir
        self.project.outdir = outdir or before
        try:
            return self.project.build(jobs=self.setting.jobs), ""
        except SphinxError as error:
            return None, str(error)
        finally:
            self.project.outdir = before

    def _page(self, name: str, parts: Iterable[Piece], status: str, related: str) -> None:
        syntax = name.rpartition(".")[2]
        header = {"class": "runbook", "owner": "team-orders", "status": status, "version": "1"}
        if related:
            header["superseded-by"] = related
        make = {"rst": rst_page, "md": md_page}[syntax]
        body = "\n".join(_piece_text(syntax, part) for part in parts)
        self.project.write({name: make("", f"Page {name}", header) + body})

    def _remove(self, name: str) -> None:
        self.sections.pop(name, None)
        self.needs = {key: place for key, place in self.needs.items() if place[0] != name}
        (self.project.srcdir / name).unlink(missing_ok=True)

    def _specification(self, name: str, sections: list[tuple[str, int]]) -> None:
        self.sections[name] = sections
        self._write_specifications(name)

    def _move_section(self, label: str, source: str, target: str) -> None:
        moved = [section for section in self.sections.get(source, ()) if section[0] == label]
        if moved and source != target:
            self.sections[source] = [s for s in self.sections[source] if s[0] != label]
            self.sections[target] = [*self.sections.get(target, ()), moved[0]]
            self._write_specifications(source, target)

    def _need(self, number: str, page: str, version: int) -> None:
        if not self.setting.has_needs:
            return
        before = self.needs.pop(number, ("", 0))[0]
        if page:
            self.needs[number] = (page, version)
            self.sections.setdefault(page, [])
        self._write_specifications(*{name for name in (before, page) if name})

    def _rename(self, name: str) -> None:
        path = self.project.srcdir / name
        if path.exists():
            path.rename(path.with_name(f"renamed-{path.name}"))

    def _move_over(self, source: str, target: str) -> None:
        """Move a file as ``mv`` does: it keeps its time, which is before the last build."""
        # a page of the other syntax would be another page
        if source.rpartition(".")[2] == target.rpartition(".")[2] and source != target:
            path = self.project.srcdir / source
            if path.exists():
                path.replace(self.project.srcdir / target)

    def _plain(self, number: int) -> None:
        self.project.write({PLAIN: f"Plain {number}\n=======\n"})

    def _fragment(self, name: str, number: int) -> None:
        self.project.write({name: f"Clients must send {number} requests.\n"})

    def _configure(self, features: Iterable[str]) -> None:
        parts = [FEATURES[name] for name in sorted(features)]
        before, behind = (
            ("".join(texts) for texts in zip(*parts, strict=True)) if parts else ("", "")
        )
        self.project.write({"opsdocs.toml": f"{before}{CONFIG}{behind}"})

    def _codeowners(self, text: str | None) -> None:
        self._write_or_remove("CODEOWNERS", None if text is None else text.encode())

    def _lock(self, kind: str | None) -> None:
        pins = {}
        for page in self.build.documents.values() if self.build else ():
            for section in page.sections:
                for label in page.labels:
                    if section.digest and label.section == section.anchors[0]:
                        digest = section.tree or section.digest
                        if kind == "old":
                            digest = "w1:0"
                        for document in ("ops/a", "ops/b"):
                            name = f"{page.docname}#{section.anchors[0]}"
                            pin = Pin(document, f"api:{label.name}", name, digest, on="2026-11-01")
                            pins[document, pin.section] = pin
        self._write_kind("opsdocs.lock", kind, dump_lock(Lock(pins)))

    def _snapshot(self, kind: str | None) -> None:
        state: Any = kind if kind in ("open", "closed") else "open"
        states = {
            str(number): IssueState("found", "2026-11-20T06:00:00Z", state, title=f"Issue {number}")
            for number in (1, 2)
        }
        self._write_kind("opsdocs-issues.json", kind, dump_snapshot({"api-issues": states}))

    def _baseline(self, kind: str | None) -> None:
        findings = self.build.findings if self.build else ()
        if kind == "old":
            findings = findings[:1]
        recorded = [f for f in findings if not f.suppressed and f.rule != "baseline_stale"]
        entries = renew_baseline(recorded, date(2026, 11, 1))
        self._write_kind("opsdocs-baseline.json", kind, dump_baseline(entries))

    def _index(self, title: str | None) -> None:
        entry = CanonicalEntry(
            str(title), ("rate-limits",), "rate-limits", digest="w1:0", words="T."
        )
        page = CanonicalPage(
            "limits", str(title), "limits.html", status="Canonical", sections=(entry,)
        )
        data = dump_index("nova", "1", "https://nova.example/", {}, [page])
        self._write_kind("nova.json.gz", title, data)

    def _write_kind(self, name: str, kind: str | None, data: bytes) -> None:
        self._write_or_remove(name, {None: None, "broken": b"{"}.get(kind, data))

    def _write_or_remove(self, name: str, data: bytes | None) -> None:
        path = self.project.srcdir / name
        if data is None:
            path.unlink(missing_ok=True)
        else:
            path.write_bytes(data)

    def _write_specifications(self, *names: str) -> None:
        for name in names:
            syntax = name.rpartition(".")[2]
            make = {"rst": rst_page, "md": md_page}[syntax]
            section = {
                "rst": "\n.. _{0}:\n\n{0} {1}\n---------\n\nText.\n",
                "md": "\n({0})=\n## {0} {1}\n\nText.\n",
            }[syntax]
            body = "".join(section.format(label, n) for label, n in self.sections[name])
            for number, (page, version) in sorted(self.needs.items()):
                if page == name:
                    body += f"\n.. req:: Need {version}\n   :id: {number}\n\n   Text {version}.\n"
            text = make("", f"Specification {name}", SPECIFICATION_HEADER) + body
            self.project.write({name: text})


BODY = re.compile(r'<div class="body" role="main">(.*?)<div class="clearer"></div>', re.DOTALL)
RANDOM_ID = re.compile(r"SNCB-[0-9a-f]+")
"""An id that sphinx-needs draws anew in every build."""
LINK = re.compile(r'href="([^"]*)"')
COMPARED = ("opsdocs.json", "opsdocs-findings.json", "opsdocs.sarif")


def _pages(outdir: Path, names: Iterable[str]) -> dict[str, tuple[list[str], str]]:
    """The links and the text of each page."""
    pages = {}
    for name in sorted(names):
        match = BODY.search((outdir / f"{name}.html").read_text(encoding="utf-8"))
        assert match, name
        text = RANDOM_ID.sub("", match[1])
        pages[name] = LINK.findall(text), text
    return pages


def check_edits(setting: Setting, edits_by_round: list[list[Edit]]) -> None:
    """Build after every round, and compare the last build with a clean one."""
    with tempfile.TemporaryDirectory() as folder:
        edited = EditedProject(Path(folder), setting)
        build, fault = edited.run()
        for edits_of_round in edits_by_round:
            edited.build = build or edited.build
            for edit in edits_of_round:
                edited.apply(edit)
            build, fault = edited.run()
        clean, clean_fault = edited.run(Path(folder) / "clean")
        assert fault == clean_fault
        if build and clean:
            _compare(edited.project, build, clean)


def _compare(project: Project, build: Build, clean: Build) -> None:
    _same("facts and findings", _lines(encoded(build)), _lines(encoded(clean)))
    for name in COMPARED:
        _same(name, build.text(name), clean.text(name))
    index = "canonical-index.json.gz"
    _same(index, *(_unpacked(outdir / index) for outdir in (build.outdir, clean.outdir)))
    names = {
        path.relative_to(project.srcdir).with_suffix("").as_posix()
        for path in project.srcdir.rglob("*")
        if path.suffix in (".rst", ".md")
    }
    pages, clean_pages = (_pages(outdir, names) for outdir in (build.outdir, clean.outdir))
    for name in sorted(names):
        (links, text), (clean_links, clean_text) = pages[name], clean_pages[name]
        _same(f"links of {name}", "\n".join(links), "\n".join(clean_links))
        _same(name, text, clean_text)


def _same(title: str, text: str, clean_text: str) -> None:
    # outside of pytest, an assertion does not say how two values differ
    if text != clean_text:
        lines = (text.splitlines(), clean_text.splitlines())
        diff = difflib.unified_diff(*lines, "incremental", "clean", lineterm="", n=1)
        raise AssertionError("\n".join([f"{title} differs:", *diff]))


def _lines(data: bytes) -> str:
    return json.dumps(json.loads(data), indent=1)


def _unpacked(path: Path) -> str:
    return gzip.decompress(path.read_bytes()).decode() if path.is_file() else ""
