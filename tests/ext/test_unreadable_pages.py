"""Pages that Sphinx cannot read: each is a finding, and all others are checked."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands import git, run
from tests.project import SPEC_PAGE, Project, md_page, rst_page

NESTED = "".join(f"{'  ' * depth}- item\n\n" for depth in range(200))
FAILING = """
from docutils.parsers.rst import Directive
class Fail(Directive):
    def run(self):
        raise ZeroDivisionError("no data")
class Decode(Directive):
    def run(self):
        b"\\xe4".decode()
class End(Directive):
    def run(self):
        raise SystemExit(4)
def setup(app):
    app.add_directive("fail", Fail)
    app.add_directive("end", End)
    app.add_directive("decode", Decode)
"""
UNREADABLE: dict[str, tuple[bytes, int, str]] = {
    "latin.rst": (rst_page("Text.\n\nStraße\n").encode("latin-1"), 12, "a byte that is not utf-8"),
    "latin1.md": (md_page("Text.\n\nStraße\n").encode("latin-1"), 13, "a byte that is not utf-8"),
    "nested.rst": (f"{rst_page('Text.')}\n{NESTED}".encode(), 1, "it is nested too deeply"),
    "itself.md": (md_page("```{include} itself.md\n```\n").encode(), 1, "or includes itself"),
    "docinfo.rst": (b":class: runbook\n:status:  ::\n\nT\n=\n", 1, "IndexError"),
    "failed.rst": (rst_page(".. fail::\n").encode(), 1, "ZeroDivisionError: no data"),
    "fail.md": (md_page("```{fail}\n```\n").encode(), 1, "ZeroDivisionError: no data"),
    "decode.md": (md_page("```{decode}\n```\n").encode(), 1, "UnicodeDecodeError: 'utf-8' codec"),
    "end.md": (md_page("```{end}\n```\n").encode(), 1, "SystemExit: 4"),
}
"""By name below ``ops``: content, line of the finding, and words of its reason."""


def write_sound_pages(project: Project) -> None:
    project.append("conf.py", FAILING)
    project.write(
        {
            "specs/api/limits.rst": SPEC_PAGE,
            "ops/sound.rst": rst_page(".. canonical-ref:: api:gone\n"),
        }
    )


def write_unreadable(project: Project, *names: str) -> None:
    for name in names:
        (project.srcdir / "ops" / name).write_bytes(UNREADABLE[name][0])


def findings(project: Project, *options: str) -> list[dict]:
    done = run("check", project.srcdir, "-f", "json", *options)
    assert done.exit_code == 1, done.output
    return json.loads(done.stdout)["findings"]


def of_rule(rows: list[dict], rule: str) -> list[tuple[str, int]]:
    return [(row["place"]["path"], row["place"]["line"]) for row in rows if row["rule"] == rule]


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_every_unreadable_page_is_named_and_the_others_are_checked(
    project: Project, jobs: str
) -> None:
    write_sound_pages(project)
    write_unreadable(project, *UNREADABLE)
    rows = findings(project, "-j", jobs)
    assert of_rule(rows, "canonical_unresolved") == [("ops/sound.rst", 10)]
    assert sorted(of_rule(rows, "page_unreadable")) == sorted(
        (f"ops/{name}", line) for name, (_, line, _) in UNREADABLE.items()
    )
    for row in rows:
        if row["rule"] == "page_unreadable":
            reason = UNREADABLE[Path(row["place"]["path"]).name][2]
            assert reason in row["message"]
    # nothing else is reported of a page of which nothing is known
    assert of_rule(rows, "header_missing") == []


def test_root_document_and_numbered_pages_may_be_unreadable(project: Project) -> None:
    write_sound_pages(project)
    write_unreadable(project, "latin.rst")
    numbered = "Index\n=====\n\n.. toctree::\n   :numbered:\n   :glob:\n\n   ops/*\n"
    project.write({"index.rst": numbered})
    assert of_rule(findings(project), "page_unreadable") == [("ops/latin.rst", 12)]
    (project.srcdir / "index.rst").write_bytes(numbered.encode() + "\nStraße\n".encode("latin-1"))
    assert of_rule(findings(project), "page_unreadable") == [
        ("index.rst", 10),
        ("ops/latin.rst", 12),
    ]


def test_references_to_an_unreadable_specification_are_not_judged(project: Project) -> None:
    write_sound_pages(project)
    (project.srcdir / "specs/api/next.rst").write_bytes(UNREADABLE["latin.rst"][0])
    rows = findings(project)
    assert of_rule(rows, "canonical_unresolved") == []
    assert of_rule(rows, "page_unreadable") == [("specs/api/next.rst", 12)]


def test_known_findings_of_an_unreadable_page_are_not_fixed(project: Project) -> None:
    write_sound_pages(project)
    text = rst_page("Every client must have a token.")
    project.write({"ops/page.rst": text})
    assert run("baseline", project.srcdir).exit_code == 0
    (project.srcdir / "ops/page.rst").write_bytes(f"{text}\nStraße\n".encode("latin-1"))
    rows = [row for row in findings(project) if "known_since" not in row]
    assert [row["rule"] for row in rows] == ["page_unreadable"]


@pytest.mark.parametrize(
    "words",
    [
        ("accept", "ops/sound", "-s"),
        ("baseline",),
        ("change", "ops/sound", "-s"),
        ("deviations", "confirm", "DEV-0001", "-s"),
        ("index",),
        ("issues", "refresh"),
        ("report", "register"),
        ("impact", "api:rate-limits", "-s"),
    ],
    ids=" ".join,
)
def test_commands_that_need_all_pages_name_the_page_and_write_nothing(
    project: Project, words: tuple[str, ...]
) -> None:
    write_sound_pages(project)
    write_unreadable(project, "latin1.md")
    before = sorted(project.srcdir.rglob("*"))
    cache = ("--no-cache",) if words[0] != "index" else ()
    done = run(*words, project.srcdir, *cache)
    assert done.exit_code == 3, done.output
    assert "ops/latin1.md:13: this page cannot be read" in done.output
    assert sorted(project.srcdir.rglob("*")) == before


def test_review_of_a_change_that_mends_a_page(project: Project) -> None:
    write_sound_pages(project)
    write_unreadable(project, "latin.rst")
    for command in (("init", "-q"), ("add", "."), ("commit", "-qm", "x")):
        git(project.srcdir, *command)
    unreadable = run("review", "HEAD", "-s", project.srcdir)
    assert unreadable.exit_code == 3
    assert "ops/latin.rst:12: this page cannot be read" in unreadable.output
    (project.srcdir / "ops/latin.rst").write_text(rst_page("Straße\n"), encoding="utf-8")
    mended = run("review", "HEAD", "-s", project.srcdir)
    assert mended.exit_code in (0, 1), mended.output
    assert "at the base, it counts as missing: ops/latin.rst:12: " in mended.output


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize("name", ["latin.rst", "fail.md"])
def test_html_build_that_ends_names_the_page(project: Project, name: str, jobs: str) -> None:
    write_sound_pages(project)
    write_unreadable(project, name)
    command = [sys.executable, "-m", "sphinx", "-q", "-j", jobs, "-b", "html"]
    done = subprocess.run(
        [*command, str(project.srcdir), str(project.outdir)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    _, line, reason = UNREADABLE[name]
    assert f"ops/{name}:{line}: " in done.stderr
    assert reason in done.stderr
