"""After any sequence of edits, an incremental build finds what a clean build finds."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.project import SPECIFICATION as SPECIFICATION_HEADER
from tests.project import Project, encoded, md_page, rst_page

DIRECTIVES = {
    "rst": (
        ".. canonical-ref:: api:{label}\n",
        ".. observed-deviation:: Seen {n}\n   :id: DEV-{n}\n   :spec: api:{label}\n"
        "   :issue: API-{n}\n   :observed: 2026-10-30\n   :severity: major\n   :state: open\n\n   Text.\n",
        ".. workaround::\n   :deviation: DEV-{n}\n\n   Do.\n",
        ".. opsdocs-ignore:: workaround_misplaced\n   :reason: {label}\n",
        "See :deviation:`DEV-{n}` and :canonical:`api:{label}`.\n",
    ),
    "md": (
        "```{{canonical-ref}} api:{label}\n```\n",
        "```{{observed-deviation}} Seen {n}\n:id: DEV-{n}\n:spec: api:{label}\n:issue: API-{n}\n"
        ":observed: 2026-10-30\n:severity: major\n:state: open\n\nText.\n```\n",
        "```{{workaround}}\n:deviation: DEV-{n}\n\nDo.\n```\n",
        "```{{opsdocs-ignore}} workaround_misplaced\n:reason: {label}\n```\n",
        "See {{deviation}}`DEV-{n}` and {{canonical}}`api:{label}`.\n",
    ),
}
LABELS = ("alpha", "beta")
PAGES = ("ops/a.rst", "ops/b.md", "ops/c.rst")
REPORTS = ("deviation-register", "traceability-matrix", "document-inventory")
REPORT = "Reports\n=======\n" + "".join(f"\n.. {name}::\n" for name in REPORTS)

pieces = st.lists(
    st.tuples(st.integers(0, 4), st.integers(1, 3), st.sampled_from(LABELS)), max_size=3
)
edits = st.one_of(
    st.tuples(
        st.just("page"),
        st.sampled_from(PAGES),
        pieces,
        st.sampled_from(["Canonical", "Archived", "wrong"]),
    ),
    st.tuples(st.just("remove"), st.sampled_from((*PAGES, "specs/api/s.rst"))),
    st.tuples(st.just("spec"), st.lists(st.sampled_from(LABELS), max_size=2)),
    st.tuples(st.just("rename"), st.sampled_from(PAGES)),
)


def page_text(name: str, parts: list[tuple[int, int, str]], status: str) -> str:
    """A page of the given pieces, in the syntax of its name."""
    syntax = name.rpartition(".")[2]
    make = {"rst": rst_page, "md": md_page}[syntax]
    body = "\n".join(DIRECTIVES[syntax][kind].format(n=n, label=label) for kind, n, label in parts)
    header = {"class": "runbook", "owner": "team-orders", "status": status, "version": "1"}
    return make("", header=header) + body


def apply(project: Project, edit: tuple) -> None:
    """Carry out one edit."""
    match edit:
        case ("page", name, parts, status):
            project.write({name: page_text(name, parts, status)})
        case ("spec", labels):
            body = "".join(f"\n.. _{label}:\n\n{label}\n-----\n\nText.\n" for label in labels)
            project.write({"specs/api/s.rst": rst_page("", "Spec", SPECIFICATION_HEADER) + body})
        case ("remove", name) if (project.srcdir / name).exists():
            project.remove(name)
        case ("rename", name) if (project.srcdir / name).exists():
            path = project.srcdir / name
            path.rename(path.with_name(f"renamed-{path.name}"))


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.lists(edits, min_size=1, max_size=3), min_size=1, max_size=4))
def test_incremental_build_finds_what_a_clean_build_finds(rounds: list[list[tuple]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        project = Project(Path(folder))
        project.write({"reports.rst": REPORT})
        for edit in (("spec", ["alpha"]), ("page", "ops/a.rst", [(1, 1, "alpha")], "Canonical")):
            apply(project, edit)
        build = project.build()
        for round_ in rounds:
            for edit in round_:
                apply(project, edit)
            build = project.build()
        clean_project = Project(Path(folder))
        clean_project.outdir = Path(folder) / "clean"
        clean = clean_project.build()
        assert encoded(build) == encoded(clean)
        for name in ("reports.html", "opsdocs.json", "opsdocs-findings.json", "opsdocs.sarif"):
            assert build.text(name) == clean.text(name)
