"""Sections of other projects: every way to name one, every kind of source, and what none can know."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable
from pathlib import Path

import jsonschema
import msgspec
import pytest

from sphinxext_opsdocs.canonical.index_file import (
    INDEX_FORMAT,
    dump_index,
    index_schema,
)
from sphinxext_opsdocs.canonical.section import CanonicalEntry, CanonicalPage
from sphinxext_opsdocs.config.schema import INDEX_FILE
from sphinxext_opsdocs.storage import UnreadableError
from tests.commands import run
from tests.project import (
    HEADER,
    RUNBOOK_SECTIONS_RST,
    SPECIFICATION,
    Build,
    Project,
    md_page,
    rst_page,
)

MakeProject = Callable[..., Project]
SPECS = {
    "train/implemented/sev.rst": rst_page(
        """
        .. _memory-locking:

        Memory locking
        --------------

        Guests have their memory locked, see :ref:`limits <memory-limits>`.

        .. _memory-limits:

        Limitations
        -----------

        A guest has at most 16 devices.

        Proposed change
        ---------------

        Lock the memory.
        """,
        "Encrypted guests",
        SPECIFICATION,
    ),
    "stein/approved/sev.md": md_page(
        """
        ## Limitations

        A guest has at most 8 devices.

        ## Proposed change

        Encrypt the memory.
        """,
        "Encrypted guests, first try",
        SPECIFICATION,
    ),
    "train/redirects": "approved/sev.rst ../implemented/sev.rst\n",
}
CONFIG = """
governed = ["ops/**"]
[owners.team-orders]
[owners.team-api]
[domains.nova]
owner = "team-api"
base_url = "https://specs.example/nova"
"""
"""A project whose specifications live elsewhere; each test says where."""


def ops_page(*targets: str) -> str:
    lines = "\n".join(f".. canonical-ref:: {target}\n" for target in targets)
    return rst_page(f"{RUNBOOK_SECTIONS_RST}\n{lines}", "Page", HEADER)


@pytest.fixture(scope="module")
def specifications(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """The built specifications, with sphinx-needs and their canonical index."""
    folder = tmp_path_factory.mktemp("specs")
    project = Project(folder / "specs", needs=True, config="")
    project.write(SPECS)
    project.write(
        {
            "needs.rst": rst_page(
                ".. req:: Locking\n   :id: REQ_00001\n\n   Memory is locked.\n",
                "Requirements",
                SPECIFICATION,
            )
        }
    )
    conf = project.srcdir / "conf.py"
    conf.write_text(conf.read_text() + "needs_build_json = True\nrelease = '1.2'\n")
    return project.build()


@pytest.fixture
def reader(make_project: MakeProject, specifications: Build) -> Callable[..., Project]:
    """Makes projects that know the specifications from one kind of source."""

    def make(kind: str, file: str, name: str = "reader", further: str = "") -> Project:
        path = specifications.outdir / file
        return make_project(name, config=f'{CONFIG}{kind} = "{path}"\n{further}')

    return make


NAMES = {
    "label": "nova:memory-limits",
    "label in other case": "nova:Memory-Limits",
    "page and anchor of the label": "nova:train/implemented/sev#memory-limits",
    "page and anchor of the title": "nova:train/implemented/sev#limitations",
    "last part of the page": "nova:implemented/sev#memory-limits",
    "address": "https://specs.example/nova/train/implemented/sev.html#memory-limits",
    "address, host in capitals, plain http": (
        "http://SPECS.example/nova/train/implemented/sev.html?highlight=x#limitations"
    ),
    "moved page": "nova:train/approved/sev#limitations",
    "address of a moved page": "https://specs.example/nova/train/approved/sev.html#memory-limits",
}


def test_a_section_is_one_however_it_is_named(reader: Callable[..., Project]) -> None:
    project = reader("index", INDEX_FILE)
    project.write({"ops/page.rst": ops_page(*NAMES.values())})
    build = project.build()
    (facts,) = (f for n, f in build.documents.items() if n == "ops/page")
    assert [reference.target for reference in facts.references] == list(NAMES.values())
    moved = [name for name in NAMES if "moved" in name]
    assert build.rules == ["canonical_moved"] * len(moved)
    for finding in build.of("canonical_moved"):
        assert 'write "nova:memory-limits"' in finding.message
        assert "https://specs.example/nova/train/implemented/sev.html" in finding.related[0].message
    page = build.text("ops/page.html")
    address = "https://specs.example/nova/train/implemented/sev.html#limitations"
    assert page.count(f'href="{address}"') == len(NAMES)
    assert page.count("Encrypted guests › Limitations") >= len(NAMES)


def test_ambiguous_name_lists_the_candidates(reader: Callable[..., Project]) -> None:
    project = reader("index", INDEX_FILE)
    project.write({"ops/page.rst": ops_page("nova:sev#limitations", "nova:proposed-change")})
    build = project.build("dummy")
    assert build.rules == ["canonical_ambiguous", "canonical_ambiguous"]
    base, anchor = (finding.message for finding in build.of("canonical_ambiguous"))
    for page in ("stein/approved/sev", "train/implemented/sev"):
        assert f'"nova:{page}#' in base
        assert f'"nova:{page}#proposed-change"' in anchor


def test_unresolved_name_suggests_close_ones(reader: Callable[..., Project]) -> None:
    project = reader("index", INDEX_FILE)
    project.write(
        {
            "ops/page.rst": ops_page(
                "nova:memory-limit",
                "nova:train/implemented/sev#limitation",
                "https://specs.example/nova/none.html#x",
                "https://elsewhere.example/x.html",
            )
        }
    )
    build = project.build("dummy")
    assert build.rules == ["canonical_unresolved"] * 4
    label, anchor, gone, other = (f.message for f in build.of("canonical_unresolved"))
    assert 'did you mean "memory-limits"' in label
    assert '"train/implemented/sev#limitations"' in anchor
    assert "no such label, need or page#anchor" in gone
    assert "not below the base_url of a spec domain; configured: specs.example/nova/" in other


def test_needs_file_knows_ids_and_says_once_what_it_does_not(
    reader: Callable[..., Project],
) -> None:
    project = reader("needs", "needs.json")
    project.write(
        {
            "ops/page.rst": ops_page("nova:REQ_00001", "nova:needs#REQ_00001"),
            "ops/other.rst": ops_page("nova:REQ_00001"),
        }
    )
    (note,) = project.build("dummy").findings
    assert (note.rule, note.severity) == ("canonical_not_live", "info")
    assert (
        '3 references to spec domain "nova" cannot be checked: a needs.json does not'
        in note.message
    )
    assert note.place.path == "opsdocs.toml"


def test_inventory_knows_labels_and_says_once_what_it_does_not(
    reader: Callable[..., Project],
) -> None:
    project = reader("inventory", "objects.inv", further='default_status = "Canonical"\n')
    (project.srcdir / "opsdocs.lock").write_text(
        '{"kind": "lock", "format": 1}\n\n{"kind": "end"}\n'
    )
    project.write(
        {
            "ops/page.rst": ops_page(
                "nova:memory-limits",
                "nova:train/implemented/sev#other",
                "nova:train/implemented/sev#another",
                "nova:nothing",
            )
        }
    )
    build = project.build()
    notes = {f.rule: f.message for f in build.findings if f.severity == "info"}
    assert sorted(notes) == ["canonical_unpinned", "canonical_unresolved"]
    unresolved, unpinned = notes["canonical_unresolved"], notes["canonical_unpinned"]
    assert unresolved.startswith(
        '2 references to spec domain "nova" cannot be checked: an inventory'
    )
    assert unresolved.endswith("does not list every section of a page")
    assert unpinned.startswith('3 references to spec domain "nova" cannot be checked: an inventory')
    assert "so they cannot be pinned" in unpinned
    (wrong,) = (f for f in build.findings if f.severity == "error")
    assert '"nova:nothing"' in wrong.message
    assert "train/implemented/sev.html#memory-limits" in build.text("ops/page.html")


def test_sources_of_a_domain_are_searched_together(
    specifications: Build, make_project: MakeProject
) -> None:
    config = CONFIG + f'inventory = ["{specifications.outdir}/objects.inv"]\n'
    config += f'index = ["{specifications.outdir}/{INDEX_FILE}"]\npaths = ["specs/**"]\n'
    project = make_project("both", config=config)
    project.write(
        {
            "ops/page.rst": ops_page("nova:memory-limits", "nova:local#here"),
            "specs/local.rst": rst_page("Here\n----\n\nText.\n", "Local", SPECIFICATION),
        }
    )
    assert project.build("dummy").findings == ()


def test_index_holds_every_section_and_fits_its_schema(specifications: Build) -> None:
    data = (specifications.outdir / INDEX_FILE).read_bytes()
    raw = json.loads(gzip.decompress(data))
    jsonschema.validate(raw, index_schema())
    assert raw["version"] == "1.2"
    pages = {page["docname"]: page for page in raw["pages"]}
    assert list(pages) == sorted(pages)
    page = pages["train/implemented/sev"]
    assert (page["url"], page["status"], page["version"], page["owner"]) == (
        "train/implemented/sev.html",
        "Canonical",
        "2.1",
        "team-api",
    )
    title, locking, limits, change = page["sections"]
    assert title["has_subsections"]
    assert (locking["label"], locking["title"]) == ("memory-locking", "Memory locking")
    assert locking["refers_to"] == ["train/implemented/sev#limitations"]
    assert limits["words"] == "A guest has at most 16 devices."
    assert "label" not in change
    assert raw["redirects"] == {"train/approved/sev": "train/implemented/sev"}
    assert "index" not in pages


def test_index_has_equal_bytes_for_equal_specifications(make_project: MakeProject) -> None:
    def built(name: str, jobs: int = 1) -> bytes:
        project = make_project(name, config="")
        project.write(SPECS)
        return (project.build(jobs=jobs).outdir / INDEX_FILE).read_bytes()

    assert built("one") == built("two", jobs=2)


@pytest.mark.parametrize("builder", ["dirhtml", "text", "singlehtml", "epub", "dummy"])
def test_index_is_written_where_pages_have_addresses(
    make_project: MakeProject, builder: str
) -> None:
    project = make_project("specs", config="")
    project.write(SPECS)
    path = project.build(builder).outdir / INDEX_FILE
    assert path.is_file() == (builder == "dirhtml")
    if path.is_file():
        assert INDEX_FORMAT.load(path).pages[1].url == "train/implemented/sev/"


def test_index_goes_when_the_last_specification_goes(make_project: MakeProject) -> None:
    project = make_project("specs", config="")
    project.write({"one.rst": SPECS["train/implemented/sev.rst"]})
    path = project.build().outdir / INDEX_FILE
    assert path.is_file()
    project.remove("one.rst")
    project.build()
    assert not path.exists()


REREDIRECTS = 'def setup(app):\n    app.add_config_value("redirects", {}, "env")\n'
REDIRAFFE = 'def setup(app):\n    app.add_config_value("rediraffe_redirects", None, "env")\n'
OLD = "specs/api/old/page"


@pytest.mark.parametrize(
    ("conf", "files"),
    [
        (f'{REREDIRECTS}redirects = {{"{OLD}": "../new.html"}}\n', {}),
        (
            f'{REREDIRECTS}redirects = {{"specs/api/old/*": "../new.html"}}\n',
            {f"{OLD}.rst": rst_page("Moved.", "Page", SPECIFICATION)},
        ),
        (f'{REDIRAFFE}rediraffe_redirects = {{"{OLD}.rst": "specs/api/new.rst"}}\n', {}),
        (
            f'{REDIRAFFE}rediraffe_redirects = "moved.txt"\n',
            {"moved.txt": f'"{OLD}.rst" "specs/api/new.rst"\n'},
        ),
        ("", {"specs/api/redirects": "# moved\nold/page.rst ../new.rst\n"}),
        ("", {"specs/api/redirects": "old/page.rst new.rst\n"}),
    ],
    ids=[
        "reredirects",
        "reredirects pattern",
        "rediraffe table",
        "rediraffe file",
        "plain, relative to the page",
        "plain, relative to the file",
    ],
)
def test_redirects_are_read_where_projects_keep_them(
    project: Project, conf: str, files: dict[str, str]
) -> None:
    """The extensions themselves are not needed: what we read is their settings."""
    path = project.srcdir / "conf.py"
    path.write_text(path.read_text() + conf)
    project.write(files)
    project.write(
        {
            "specs/api/new.rst": rst_page("Here\n----\n\nText.\n", "New", SPECIFICATION),
            "ops/page.rst": ops_page(f"api:{OLD}#here"),
        }
    )
    (finding,) = project.build("dummy").findings
    assert finding.rule == "canonical_moved"
    assert finding.message == f'"api:{OLD}#here" moved; write "api:specs/api/new#here"'


def test_redirect_circle_ends(project: Project) -> None:
    project.write(
        {
            "specs/api/redirects": "a.rst b.rst\nb.rst c.rst\nc.rst a.rst\n",
            "specs/api/new.rst": rst_page("Text.", "New", SPECIFICATION),
            "ops/page.rst": ops_page("api:specs/api/a#x"),
        }
    )
    (finding,) = project.build("dummy").findings
    assert finding.rule == "canonical_unresolved"


def corrupt(kind: str, good: bytes) -> bytes:
    text = gzip.decompress(good)
    return {
        "empty": b"",
        "truncated": good[: len(good) // 2],
        "bit flipped": good[:200] + bytes([good[200] ^ 255]) + good[201:],
        "no json": b"<html>not found</html>",
        "cut json": text[: len(text) // 2],
        "other format": gzip.compress(text.replace(b'"format": 1', b'"format": 99', 1)),
        "other types": gzip.compress(text.replace(b'"redirects": {', b'"redirects": [', 1)),
        "numbers for text": text.replace(b'"title":"', b'"title":1,"x":"', 1),
        "no utf-8": text.replace(b"Memory", b"\xff\xfe", 1),
        "deep": b"[" * 100_000,
        "bomb": gzip.compress(b'{"format": 1, "x": "' + b" " * (200 << 20) + b'"}', 1),
    }[kind]


@pytest.mark.parametrize(
    "kind",
    [
        "empty",
        "truncated",
        "bit flipped",
        "no json",
        "cut json",
        "other format",
        "other types",
        "numbers for text",
        "no utf-8",
        "deep",
        "bomb",
    ],
)
def test_corrupt_index_is_one_finding_that_names_the_file(
    reader: Callable[..., Project], specifications: Build, kind: str
) -> None:
    project = reader("index", INDEX_FILE)
    good = (specifications.outdir / INDEX_FILE).read_bytes()
    bad = project.srcdir / "bad.json.gz"
    data = corrupt(kind, good)
    bad.write_bytes(data)
    toml = project.srcdir / "opsdocs.toml"
    toml.write_text(CONFIG + 'index = "bad.json.gz"\n')
    project.write({"ops/page.rst": ops_page("nova:memory-limits", "nova:x", "other:y")})
    build = project.build("dummy")
    unreadable, unresolved = build.findings
    assert unreadable.rule == "input_unreadable"
    assert '"bad.json.gz" cannot be read' in unreadable.message
    assert unreadable.place.path == "bad.json.gz"
    assert '"other:y"' in unresolved.message
    assert bad.read_bytes() == data


def test_oversized_index_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "big.json"
    with path.open("wb") as file:
        file.truncate(200 << 20)
    with pytest.raises(UnreadableError, match="the limit is 134,217,728"):
        INDEX_FORMAT.load(path)


@pytest.mark.parametrize(
    ("kind", "file", "data"),
    [
        ("inventory", "x.inv", b"# Sphinx inventory version 2\n# no\n"),
        ("inventory", "x.inv", b"# Sphinx inventory version 9\n"),
        ("inventory", "x.inv", b"# Sphinx inventory version 2\n# P: x\n# V: 1\n# zlib\n\x00\x01"),
        ("needs", "needs.json", b"{}"),
        ("needs", "needs.json", b'{"current_version": "1", "versions": {"1": {"needs": [1]}}}'),
        ("needs", "needs.json", b"\xff"),
    ],
)
def test_corrupt_names_are_one_finding(
    make_project: MakeProject, kind: str, file: str, data: bytes
) -> None:
    project = make_project(config=f'{CONFIG}{kind} = "{file}"\n')
    (project.srcdir / file).write_bytes(data)
    project.write({"ops/page.rst": ops_page("nova:x")})
    (finding,) = project.build("dummy").findings
    assert (finding.rule, finding.place.path) == ("input_unreadable", file)


def test_inventory_bomb_is_refused(make_project: MakeProject) -> None:
    project = make_project(config=f'{CONFIG}inventory = "x.inv"\n')
    head = b"# Sphinx inventory version 2\n# Project: x\n# Version: 1\n# compressed using zlib.\n"
    (project.srcdir / "x.inv").write_bytes(head + zlib.compress(b" " * (200 << 20), 1))
    project.write({"ops/page.rst": ops_page("nova:x")})
    (finding,) = project.build("dummy").findings
    assert "unpacks to more than" in finding.message


def test_missing_file_is_one_finding(make_project: MakeProject) -> None:
    project = make_project(config=f'{CONFIG}index = "../gone.json.gz"\n')
    project.write({"ops/page.rst": ops_page("nova:x", "nova:y")})
    (finding,) = project.build("dummy").findings
    assert finding.message == '"../gone.json.gz" does not exist; it is the index of nova'


def test_index_of_another_digest_format_is_not_compared(
    reader: Callable[..., Project], specifications: Build
) -> None:
    index = INDEX_FORMAT.load(specifications.outdir / INDEX_FILE)
    assert {entry.digest[:3] for page in index.pages for entry in page.sections} == {"w1:"}
    assert INDEX_FORMAT.parse(msgspec.json.encode(index)) == index


def test_page_is_written_again_when_the_title_in_the_index_changes(
    reader: Callable[..., Project], specifications: Build
) -> None:
    project = reader("index", INDEX_FILE)
    text = gzip.decompress((specifications.outdir / INDEX_FILE).read_bytes())
    (project.srcdir / "copy.json").write_bytes(text)
    project.write({"opsdocs.toml": CONFIG + 'index = "copy.json"\n'})
    project.write({"ops/page.rst": ops_page("nova:memory-limits")})
    assert "Limitations" in project.build().text("ops/page.html")
    (project.srcdir / "copy.json").write_bytes(text.replace(b'"Limitations"', b'"Known limits"'))
    build = project.build()
    assert "Known limits" in build.text("ops/page.html")
    assert "Limitations" not in build.text("ops/page.html")
    assert build.rules == []


@pytest.mark.parametrize(
    "builder", ["html", "dirhtml", "singlehtml", "epub", "latex", "text", "man"]
)
@pytest.mark.parametrize("needs", [False, True], ids=["plain", "needs"])
def test_every_builder_writes_links_to_other_projects(
    make_project: MakeProject, specifications: Build, builder: str, needs: bool
) -> None:
    config = f'{CONFIG}index = "{specifications.outdir / INDEX_FILE}"\n'
    project = make_project("all", needs=needs, config=config)
    table = "\n.. needtable::\n   :columns: id;title\n" if needs else ""
    project.write(
        {
            "ops/page.rst": ops_page("nova:memory-limits") + table,
            "report.rst": rst_page(
                ".. traceability-matrix::\n\n.. canonical-impact::\n", "Report", None
            ),
        }
    )
    build = project.build(builder)
    assert "opsdocs" not in build.warnings
    if needs and build.outdir.name not in ("latex", "text", "man"):  # these break and escape ids
        assert "SPEC_nova_memory-limits" in "".join(
            path.read_text("utf-8", "replace") for path in build.outdir.rglob("*") if path.is_file()
        )


def test_index_command_needs_no_extension_and_equals_that_of_a_build(
    make_project: MakeProject, tmp_path: Path
) -> None:
    project = make_project("specs", config="")
    project.write(SPECS)
    built = (project.build().outdir / INDEX_FILE).read_bytes()
    conf = project.srcdir / "conf.py"
    conf.write_text(conf.read_text().replace('"sphinxext_opsdocs"', ""))
    conf.write_text(conf.read_text().replace("'sphinxext_opsdocs'", "'sphinx.ext.todo'"))
    out = tmp_path / "made.json.gz"
    words = ["index", str(project.srcdir), "-o", str(out), "--pages", "*/*/*"]
    done = run(*words)
    assert done.exit_code == 0, done.output
    assert "7 sections on 2 pages, 1 redirect" in done.stderr
    assert out.read_bytes() == built


@pytest.mark.parametrize(
    ("words", "status", "message"),
    [
        (("--pages", "none/**"), 2, "has no specifications"),
        (("-c", "/"), 2, "has neither opsdocs.toml nor conf.py"),
        (("-o", "/none/x.json.gz"), 2, "cannot write"),
    ],
)
def test_index_command_says_what_is_wrong(
    make_project: MakeProject, words: tuple[str, ...], status: int, message: str
) -> None:
    project = make_project("specs", config="")
    project.write({"page.rst": rst_page("Text.", "Page", None)})
    if "/none/x.json.gz" in words:
        (project.outdir.parent / "file").write_text("")
        words = ("--pages", "**", "-o", str(project.outdir.parent / "file/x.json.gz"))
    done = run("index", str(project.srcdir), *words)
    assert done.exit_code == status
    assert message in done.output


def test_facts_file_is_checked_against_the_same_index_and_lock(
    reader: Callable[..., Project],
) -> None:
    project = reader("index", INDEX_FILE)
    project.write({"ops/page.rst": ops_page("nova:memory-limits", "nova:train/approved/sev#x")})
    (project.srcdir / "opsdocs.lock").write_text(
        '{"kind": "lock", "format": 1}\n\n{"kind": "end"}\n'
    )
    facts = project.build().outdir / "opsdocs.json"
    words = ["check", "-f", "json", "--today", "2026-11-23"]
    source = run(*words, str(project.srcdir)).stdout
    from_facts = run(*words, str(facts), "-c", str(project.srcdir)).stdout
    rules = [finding["rule"] for finding in json.loads(source)["findings"]]
    assert rules == ["canonical_unpinned", "canonical_unresolved"]
    assert json.loads(from_facts)["findings"] == json.loads(source)["findings"]


def entry(title: str, label: str, words: str, digest: str) -> CanonicalEntry:
    return CanonicalEntry(title, (label,), label, words=words, digest=f"w1:{digest}")


def write_index(path: Path, docname: str, base_url: str = "", **redirects: str) -> None:
    sections = (entry("Limits", "limits", f"Words of {path.name}.", path.stem),)
    page = CanonicalPage(
        docname, f"Page {docname}", f"{docname}.html", status="Canonical", sections=sections
    )
    path.write_bytes(dump_index(path.stem, "1", base_url, redirects, [page]))


def two_indexes(make_project: MakeProject) -> Project:
    config = '[domains.nova]\nindex = ["a.gz", "b.gz"]\ndefault_status = "Canonical"\n'
    return make_project("two", config=config)


def test_label_in_two_projects_is_no_identity(make_project: MakeProject) -> None:
    project = two_indexes(make_project)
    write_index(project.srcdir / "a.gz", "a")
    write_index(project.srcdir / "b.gz", "b")
    project.write({"ops/page.rst": ops_page("nova:a#limits", "nova:b#limits", "nova:limits")})
    words = ["accept", "ops/page", "nova:a#limits", "nova:b#limits", "--yes", "--reason", "x"]
    done = run(*words, "-s", str(project.srcdir))
    assert "pinned 2 of 2" in done.output
    assert "Words of a.gz." in done.output
    assert "Words of b.gz." in done.output
    build = project.build("dummy")
    assert build.of("canonical_unpinned") == []
    (ambiguous,) = build.of("canonical_ambiguous")
    assert 'write "nova:a#limits" or "nova:b#limits"' in ambiguous.message


def test_same_page_of_two_projects_is_two_places(make_project: MakeProject) -> None:
    project = two_indexes(make_project)
    write_index(project.srcdir / "a.gz", "index", "https://a.example/")
    write_index(project.srcdir / "b.gz", "index", "https://b.example/")
    project.write({"ops/page.rst": ops_page("nova:limits")})
    assert project.build("dummy").rules.count("canonical_ambiguous") == 1


def test_base_address_of_an_index_that_is_none_makes_no_link(make_project: MakeProject) -> None:
    project = make_project("evil", config='[domains.nova]\nindex = "a.gz"\n')
    write_index(project.srcdir / "a.gz", "index", "javascript:alert(1)//")
    project.write({"ops/page.rst": ops_page("nova:limits")})
    assert "javascript" not in project.build().text("ops/page.html")


def test_endless_redirects_to_addresses_end(make_project: MakeProject) -> None:
    project = make_project("chain", config='[domains.nova]\nindex = "a.gz"\n')
    chain = {f"p{n}": f"https://s.example/p{n + 1}.html" for n in range(3000)}
    write_index(project.srcdir / "a.gz", "index", "https://s.example/", **chain)
    project.write({"ops/page.rst": ops_page("nova:p0#limits", "https://s.example/p0.html")})
    assert project.build("dummy").rules.count("canonical_unresolved") == 2


def test_section_without_an_anchor_makes_an_index_unreadable(make_project: MakeProject) -> None:
    project = make_project("bare", config='[domains.nova]\nindex = "a.gz"\n')
    write_index(project.srcdir / "a.gz", "index")
    text = gzip.decompress((project.srcdir / "a.gz").read_bytes())
    (project.srcdir / "a.gz").write_bytes(text.replace(b'"anchors":["limits"]', b'"anchors":[]'))
    project.write({"ops/page.rst": ops_page("nova:limits")})
    (finding,) = project.build("dummy").of("input_unreadable")
    assert "of length >= 1" in finding.message


def test_counted_anchor_is_no_name(project: Project) -> None:
    text = "Orders\n------\n\nErrors\n~~~~~~\n\nA.\n\nUsers\n-----\n\nErrors\n~~~~~~\n\nB.\n"
    project.write(
        {
            "specs/api/e.rst": rst_page(text, "Errors of all", SPECIFICATION),
            "ops/page.rst": ops_page("api:specs/api/e#id1"),
        }
    )
    (finding,) = project.build("dummy").findings
    assert finding.rule == "canonical_unresolved"
    assert "changes when the page is edited; put a label before the section" in finding.message


def test_facts_file_away_from_its_conf_py_asks_for_it(
    reader: Callable[..., Project], tmp_path: Path
) -> None:
    project = reader("index", INDEX_FILE)
    project.write({"ops/page.rst": ops_page("nova:memory-limits")})
    facts = project.build().outdir / "opsdocs.json"
    done = run("check", str(facts))
    assert done.exit_code == 2
    assert "give its folder with -c" in done.output
    assert run("check", str(facts), "-c", "/").exit_code == 2
