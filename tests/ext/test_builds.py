"""What a build does with documents: facts, links, pages, and what is built again."""

from __future__ import annotations

import re
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.pages import DEVIATION_MD, DEVIATION_RST, RUNBOOKS, SPECIFICATION
from tests.project import CONFIG, Project, encoded, md_page, rst_page

SYNTAXES = sorted(RUNBOOKS)
REGISTER = "Register\n========\n\n.. deviation-register::\n"


def write_runbook(project: Project, syntax: str) -> str:
    """Write the specification and the runbook; return the runbook's path."""
    path, text = RUNBOOKS[syntax]
    project.write({**SPECIFICATION, path: text})
    return path


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_sound_documents_build_without_a_finding(project: Project, syntax: str) -> None:
    write_runbook(project, syntax)
    build = project.build()
    assert build.rules == []
    assert build.warnings == ""


def test_both_syntaxes_give_the_same_facts(make_project: Callable[..., Project]) -> None:
    found = []
    for syntax in SYNTAXES:
        project = make_project(syntax)
        write_runbook(project, syntax)
        facts = project.build("dummy").documents["ops/drain"]
        header = facts.header
        assert header is not None
        found.append(
            (
                (header.document_class, header.owners, header.status, header.version),
                header.last_reviewed,
                [(s.title, s.anchors, s.parent) for s in facts.sections],
                [(r.target, r.section) for r in facts.references],
                [
                    (d.id, d.title, d.section, d.observed, d.severity, d.state)
                    for d in facts.deviations
                ],
                [[value.text for value in d.specs + d.issues] for d in facts.deviations],
                [(w.deviation, w.is_nested, w.section) for w in facts.workarounds],
            )
        )
    assert found[0] == found[1]


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_places_are_the_lines_of_the_text(project: Project, syntax: str) -> None:
    path = write_runbook(project, syntax)
    facts = project.build("dummy").documents["ops/drain"]
    lines = RUNBOOKS[syntax][1].splitlines()

    def at(line: int) -> str:
        return lines[line - 1]

    assert facts.header is not None
    assert {
        name: at(place.line).partition(name)[2][:2] for name, place in facts.header.given.items()
    }
    for name, place in facts.header.given.items():
        assert name in at(place.line)
    for section in facts.sections:
        assert section.title in at(section.place.line)
    deviation = facts.deviations[0]
    assert "observed-deviation" in at(deviation.place.line)
    assert ":spec:" in at(deviation.specs[0].place.line)
    assert ":issue:" in at(deviation.issues[0].place.line)
    assert "workaround" in at(facts.workarounds[0].place.line)
    assert "api:rate-limits" in at(facts.references[0].place.line)
    assert {place.path for place in facts.header.given.values()} == {path}


def test_role_on_a_later_line_of_a_paragraph_has_its_own_line(project: Project) -> None:
    body = "First line,\nsecond {}\nand third {}.\n\n- item\n  more {}\n"
    rst = [f":canonical:`api:gone{n}`" for n in range(3)]
    md = [f"{{canonical}}`api:gone{n}`" for n in range(3)]
    project.write(
        {
            **SPECIFICATION,
            "ops/a.rst": rst_page(body.format(*rst)),
            "ops/b.md": md_page(body.format(*md)),
        }
    )
    found = project.build("dummy").of("canonical_unresolved")
    for finding in found:
        text = (project.srcdir / finding.place.path).read_text().splitlines()
        assert finding.message.split('"')[1] in text[finding.place.line - 1]
    assert len(found) == 6


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_finding_in_an_included_file_names_that_file(project: Project, syntax: str) -> None:
    deviation = {"rst": DEVIATION_RST, "myst": DEVIATION_MD}[syntax]
    wrong = "\nText before.\n" + deviation.replace("state: open", "state: accepted")
    included = "ops/parts/deviation.txt"
    include = {
        "rst": ("ops/page.rst", rst_page("Text.\n\n.. include:: parts/deviation.txt\n")),
        "myst": ("ops/page.md", md_page("Text.\n\n```{include} parts/deviation.txt\n```\n")),
    }[syntax]
    project.write({**SPECIFICATION, included: wrong, include[0]: include[1]})
    (finding,) = project.build("dummy").of("deviation_field_invalid")
    assert finding.docname == "ops/page"
    assert finding.place.path == included
    assert "accepted" in wrong.splitlines()[finding.place.line - 1]


def test_finding_in_nested_directives_has_its_line(project: Project) -> None:
    rst = "\n.. note::\n\n   .. tip::\n\n      - .. canonical-ref:: api:gone\n"
    md = "\n`````{note}\n````{tip}\n- ```{canonical-ref} api:gone\n  ```\n````\n`````\n"
    project.write({**SPECIFICATION, "ops/a.rst": rst_page(rst), "ops/b.md": md_page(md)})
    found = project.build("dummy").of("canonical_unresolved")
    assert len(found) == 2
    for finding in found:
        text = (project.srcdir / finding.place.path).read_text().splitlines()
        assert "api:gone" in text[finding.place.line - 1]


def test_facts_inside_only_are_collected_whatever_the_tag(project: Project) -> None:
    project.write(
        {
            **SPECIFICATION,
            "ops/a.rst": rst_page("\n.. only:: never\n\n   .. canonical-ref:: api:rate-limits\n"),
        }
    )
    build = project.build()
    assert [r.target for r in build.documents["ops/a"].references] == ["api:rate-limits"]


@pytest.mark.parametrize("needs", [False, True])
@pytest.mark.parametrize(
    "builder", ["html", "dirhtml", "singlehtml", "epub", "latex", "text", "man", "texinfo", "xml"]
)
def test_every_builder_writes_our_markup(
    make_project: Callable[..., Project], builder: str, needs: bool
) -> None:
    project = make_project(needs=needs)
    path, text = RUNBOOKS["myst"]
    project.write(
        {
            **SPECIFICATION,
            path: text,
            "ops/other.rst": RUNBOOKS["rst"][1].replace("DEV-0007", "DEV-0008"),
            "reports.rst": REGISTER
            + "\n.. traceability-matrix::\n\n.. document-inventory::\n\n.. deviation-register::\n"
            "   :state: resolved\n",
        }
    )
    build = project.build(
        builder,
        version="1",
        copyright="us",
        epub_exclude_files=["permalink.html", "schema_violations.json"],
    )
    assert build.rules == []
    assert build.warnings == ""


@pytest.mark.parametrize("builder", ["html", "dirhtml", "singlehtml"])
def test_links_lead_to_anchors_that_exist(project: Project, builder: str) -> None:
    write_runbook(project, "myst")
    project.write(
        {"ops/see.rst": rst_page(":deviation:`DEV-0007` :canonical:`limits <api:rate-limits>`")}
    )
    outdir = project.build(builder).outdir
    page = {"html": "ops/see.html", "dirhtml": "ops/see/index.html", "singlehtml": "index.html"}
    targets = {
        "html": ('href="drain.html#DEV-0007"', 'href="../specs/api/limits.html#rate-limits"'),
        "dirhtml": ('href="../drain/#DEV-0007"', 'href="../../specs/api/limits/#rate-limits"'),
        "singlehtml": ('#DEV-0007"', '#rate-limits"'),
    }
    text = (outdir / page[builder]).read_text()
    for target in targets[builder]:
        assert target in text
    everything = "".join(p.read_text() for p in outdir.rglob("*.html"))
    assert 'id="DEV-0007"' in everything
    assert 'id="rate-limits"' in everything


def test_deviation_is_in_the_inventory_and_in_the_search(project: Project) -> None:
    write_runbook(project, "rst")
    outdir = project.build().outdir
    inventory = zlib.decompress((outdir / "objects.inv").read_bytes().split(b"zlib.\n", 1)[1])
    assert b"DEV-0007 ops:deviation 1 ops/drain.html#$ -" in inventory
    assert "DEV-0007" in (outdir / "searchindex.js").read_text()


def test_header_and_layer_are_shown(project: Project) -> None:
    write_runbook(project, "myst")
    build = project.build()
    page = build.text("ops/drain.html")
    plain = " ".join(re.sub(r"<[^>]+>", "", page).split())
    for text in (
        "Runbook",
        "Canonical",
        "version 2.1",
        "Orders team (#orders-oncall)",
        "reviewed 3 weeks ago, next 2027-05-01",
    ):
        assert text in plain
    assert "On conflict the linked specification prevails" in page
    assert "prevails over operational documents" in build.text("specs/api/limits.html")


def test_page_without_our_markup_is_left_as_it_is(make_project: Callable[..., Project]) -> None:
    plain = {"a.rst": "A\n=\n\n:ref:`x <b>`\n", "b.md": "---\nstatus: x\n---\n(b)=\n# B\n\nText.\n"}
    project = make_project()
    project.write(plain)
    build = project.build()
    assert not build.documents
    assert "opsdocs-" not in build.text("a.html").replace("opsdocs.css", "")


def test_no_change_build_writes_nothing_and_finds_the_same(project: Project) -> None:
    path = write_runbook(project, "rst")
    project.write({"register.rst": REGISTER})
    project.append(path, "\n.. canonical-ref:: api:gone\n")
    first = project.build()
    before = {
        p: p.stat().st_mtime_ns for p in first.outdir.rglob("*.html") if p.name != "search.html"
    }
    second = project.build()
    assert "0 added, 0 changed, 0 removed" in second.status
    assert encoded(first) == encoded(second)
    assert second.rules == ["canonical_unresolved"]
    assert "opsdocs.canonical_unresolved" in second.warnings
    kept = ("genindex.html",)
    assert before == {p: p.stat().st_mtime_ns for p in before if p.name not in kept} | {
        p: t for p, t in before.items() if p.name in kept
    }


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_change_of_one_page_rewrites_the_reports_that_show_it(
    project: Project, syntax: str
) -> None:
    path = write_runbook(project, syntax)
    project.write({"register.rst": REGISTER, "still.rst": "Still\n=====\n\nNothing.\n"})
    outdir = project.build().outdir
    before = (outdir / "still.html").stat().st_mtime_ns
    text = RUNBOOKS[syntax][1].replace("get 503", "get 504")
    project.write({path: text})
    build = project.build()
    assert "get 504" in build.text("register.html")
    assert (outdir / "still.html").stat().st_mtime_ns == before


def test_removed_specification_reports_its_referrers_and_unlinks_them(project: Project) -> None:
    write_runbook(project, "rst")
    assert project.build().rules == []
    project.remove("specs/api/limits.rst")
    build = project.build()
    assert build.rules == ["canonical_unresolved"] * 2
    assert "limits.html" not in build.text("ops/drain.html")


def test_removed_runbook_leaves_reports_and_inventory(project: Project) -> None:
    path = write_runbook(project, "rst")
    project.write({"register.rst": REGISTER})
    project.build()
    project.remove(path)
    build = project.build()
    assert "DEV-0007" not in build.text("register.html")
    assert "DEV-0007" not in build.text("opsdocs.json")


def test_renamed_section_is_shown_anew_where_it_is_referred_to(project: Project) -> None:
    write_runbook(project, "rst")
    project.build()
    text = SPECIFICATION["specs/api/limits.rst"].replace(
        "Rate limits\n-----------", "Request limits\n--------------"
    )
    project.write({"specs/api/limits.rst": text})
    assert "Request limits" in project.build().text("ops/drain.html")


def test_changed_configuration_file_is_seen_by_the_next_build(project: Project) -> None:
    write_runbook(project, "rst")
    project.build()
    project.write({"opsdocs.toml": CONFIG.replace("Orders team", "Checkout team")})
    assert "Checkout team" in project.build().text("ops/drain.html")


def test_parallel_and_serial_builds_give_the_same_bytes(
    make_project: Callable[..., Project],
) -> None:
    found = []
    for jobs in (1, 2):
        project = make_project(f"jobs{jobs}")
        write_runbook(project, "rst")
        for number in range(12):
            wrong = f".. canonical-ref:: api:gone{number}\n\n:canonical:`api:rate-limits`\n"
            project.write({f"ops/page{number}.rst": rst_page(wrong, header=None)})
        project.write({"register.rst": REGISTER})
        build = project.build(jobs=jobs)
        names = ("opsdocs.json", "opsdocs-findings.json", "opsdocs.sarif", "register.html")
        found.append((encoded(build), [build.text(name) for name in names]))
    assert found[0] == found[1]


def test_suppressed_warning_is_not_reported(project: Project) -> None:
    path = write_runbook(project, "rst")
    project.append(path, "\n.. canonical-ref:: api:gone\n")
    for name in ("opsdocs.canonical_unresolved", "opsdocs", "opsdocs.*"):
        build = project.build(suppress_warnings=[name])
        assert build.rules == []
        assert "canonical_unresolved" not in build.warnings


def test_severity_can_be_set_by_rule_and_by_folder(project: Project) -> None:
    project.write({"ops/a.rst": "A\n=\n", "ops/old/b.rst": "B\n=\n"})
    rules = '[rules]\nheader_missing = "error"\n'
    folder = '[rules.per-folder."ops/old/**"]\nheader_missing = "off"\n'
    project.write({"opsdocs.toml": f"{CONFIG}\n{rules}{folder}"})
    (finding,) = project.build("dummy").findings
    assert (finding.docname, finding.severity) == ("ops/a", "error")


def test_conf_py_wins_over_the_configuration_file(project: Project) -> None:
    project.write({"ops/a.rst": "A\n=\n"})
    assert (
        project.build("dummy", **{"opsdocs_rules.header_missing": "info"}).findings[0].severity
        == "info"
    )


def run_sphinx(project: Project, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "sphinx", "-q", *options]
    command += ["-b", "html", str(project.srcdir), str(project.outdir / "cli")]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_warnings_as_errors_fail_the_build_on_a_finding_alone(project: Project) -> None:
    path = write_runbook(project, "rst")
    assert run_sphinx(project, "-W").returncode == 0
    project.append(path, "\n.. canonical-ref:: api:gone\n")
    found = run_sphinx(project, "-W", "-E")
    assert found.returncode != 0
    assert "[opsdocs.canonical_unresolved]" in found.stderr
    project.write({"opsdocs.toml": f'{CONFIG}\n[rules]\ncanonical_unresolved = "info"\n'})
    assert run_sphinx(project, "-W", "-E").returncode == 0


def test_finding_looks_like_a_warning_of_sphinx(project: Project) -> None:
    path = write_runbook(project, "rst")
    project.append(path, "\n.. canonical-ref:: api:gone\n")
    line = (project.srcdir / path).read_text().splitlines().index(".. canonical-ref:: api:gone") + 1
    expected = f"{project.srcdir / path}:{line}: ERROR: cannot resolve"
    assert expected in project.build().warnings


@pytest.mark.parametrize(
    "order", [("sphinxext_opsdocs", "sphinx_needs"), ("sphinx_needs", "sphinxext_opsdocs")]
)
def test_extensions_load_in_any_order(project: Project, order: tuple[str, ...]) -> None:
    write_runbook(project, "myst")
    build = project.build(extensions=["myst_parser", *order])
    assert build.rules == []
    assert build.warnings == ""


def test_file_permissions_of_written_files_are_ordinary(project: Project) -> None:
    write_runbook(project, "rst")
    path = project.build().outdir / "opsdocs.json"
    assert oct(path.stat().st_mode & 0o777) == "0o644"
    assert not [p for p in Path(path.parent).iterdir() if p.name.startswith("tmp")]


def test_order_of_reading_changes_no_byte(make_project: Callable[..., Project]) -> None:
    found = []
    for order in ("docnames.sort()", "docnames.sort(reverse=True)"):
        project = make_project(order[14:18] or "plain")
        write_runbook(project, "rst")
        conf = f"\ndef setup(app):\n    app.connect('env-before-read-docs', lambda app, env, docnames: {order})\n"
        project.append("conf.py", conf)
        for number in range(5):
            wrong = DEVIATION_RST.replace("rate-limits", f"gone{number}")
            project.write({f"ops/page{number}.rst": rst_page(wrong)})
        project.write({"register.rst": REGISTER})
        build = project.build()
        names = ("opsdocs.json", "opsdocs-findings.json", "opsdocs.sarif", "register.html")
        found.append((encoded(build), [build.text(name) for name in names]))
    assert found[0] == found[1]
