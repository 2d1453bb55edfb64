"""After any sequence of edits, an incremental build finds and shows what a clean build does.

``python -m tests.ext.search_incremental`` tries more sequences than these.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings

from tests.ext.edit_sequences import Edit, Setting, check_edits, rounds, settings_of_builds
from tests.project import SPECIFICATION, Project, md_page, rst_page


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(settings_of_builds, rounds)
def test_incremental_build_finds_what_a_clean_build_finds(
    setting: Setting, edits_by_round: list[list[Edit]]
) -> None:
    check_edits(setting, edits_by_round)


@pytest.mark.parametrize("jobs", [1, 2])
def test_need_that_moves_to_an_earlier_page_is_there(
    make_project: Callable[..., Project], jobs: int
) -> None:
    project = make_project(needs=True)
    need = "\n.. req:: One\n   :id: REQ_1\n\n   Text.\n"
    empty = rst_page("", "Specification", SPECIFICATION)
    project.write({"specs/api/a.rst": empty, "specs/api/b.rst": empty + need})
    project.write({"ops/page.rst": rst_page(".. canonical-ref:: api:REQ_1\n")})
    project.write({"needs.rst": "Needs\n=====\n\n.. needlist::\n"})
    assert 'href="specs/api/b.html#REQ_1"' in project.build(jobs=jobs).text("needs.html")
    project.write({"specs/api/a.rst": empty + need, "specs/api/b.rst": empty})
    build = project.build(jobs=jobs)
    assert build.of("canonical_unresolved") == []
    assert [need.id for need in build.documents["specs/api/a"].needs] == ["REQ_1"]
    assert 'href="specs/api/a.html#REQ_1"' in build.text("needs.html")
    assert 'href="../specs/api/a.html#REQ_1"' in build.text("ops/page.html")
    assert "REQ_1" in build.text("specs/api/a.html")


def test_need_of_the_project_that_changes_is_shown_anew(
    make_project: Callable[..., Project],
) -> None:
    project = make_project(needs=True)
    project.write({"a.rst": "A\n=\n\n.. req:: One\n   :id: REQ_1\n"})
    project.write({"needs.rst": "Needs\n=====\n\n.. needlist::\n"})
    project.build()
    project.write({"a.rst": "A\n=\n\n.. req:: Another\n   :id: REQ_1\n"})
    assert "Another" in project.build().text("needs.html")


@pytest.mark.parametrize("report", ["traceability-matrix", "canonical-impact"])
def test_label_that_moves_with_its_title_is_linked_where_it_is(
    project: Project, report: str
) -> None:
    section = "\n.. _limits:\n\nLimits\n------\n\nText.\n"
    empty = rst_page("", "Specification", SPECIFICATION)
    project.write({"specs/api/a.rst": empty + section, "specs/api/b.rst": empty})
    project.write({"ops/page.md": md_page("```{canonical-ref} api:limits\n```\n")})
    project.write({"report.rst": f"Report\n======\n\n.. {report}::\n"})
    assert 'href="specs/api/a.html#limits"' in project.build().text("report.html")
    project.write({"specs/api/a.rst": empty, "specs/api/b.rst": empty + section})
    page = project.build().text("report.html")
    assert 'href="specs/api/b.html#limits"' in page
    assert "specs/api/a.html#limits" not in page


@pytest.mark.parametrize("field", ["superseded-by", "supersedes"])
def test_title_of_a_related_page_without_a_header_is_shown_as_it_is_now(
    project: Project, field: str
) -> None:
    header = {"class": "runbook", "owner": "team-orders", "status": "Canonical", field: "plain"}
    project.write({"plain.rst": "Before\n======\n", "ops/a.rst": rst_page("", header=header)})
    assert ">Before<" in project.build().text("ops/a.html")
    project.write({"plain.rst": "Afterwards\n==========\n"})
    assert ">Afterwards<" in project.build().text("ops/a.html")
    project.remove("plain.rst")
    assert "Afterwards" not in project.build().text("ops/a.html").partition("opsdocs-layer")[0]


def moved_over(project: Project, source: str, target: str) -> None:
    (project.srcdir / source).replace(project.srcdir / target)


def copied_over(project: Project, source: str, target: str) -> None:
    shutil.copy2(project.srcdir / source, project.srcdir / target)  # as cp -p


@pytest.mark.parametrize("move", [moved_over, copied_over])
@pytest.mark.parametrize("suffix", ["rst", "md"])
def test_page_moved_onto_a_name_that_was_read_later_is_read(
    project: Project, move: Callable[[Project, str, str], None], suffix: str
) -> None:
    make = {"rst": rst_page, "md": md_page}[suffix]
    project.write({f"ops/new.{suffix}": make("The new text.")})
    project.write({f"ops/page.{suffix}": make("The old text.")})
    assert "The old text" in project.build().text("ops/page.html")
    move(project, f"ops/new.{suffix}", f"ops/page.{suffix}")
    build = project.build()
    assert "The new text" in build.text("ops/page.html")
    assert any("The new text" in passage.text for passage in build.documents["ops/page"].passages)
    assert "0 added, 0 changed, 0 removed" in project.build().status


@pytest.mark.parametrize("jobs", [1, 2])
def test_included_file_moved_onto_another_is_read(project: Project, jobs: int) -> None:
    project.write({"ops/new.txt": "The new text.\n", "ops/part.txt": "The old text.\n"})
    project.write({f"ops/{name}.rst": rst_page(".. include:: part.txt\n") for name in "abc"})
    project.build(jobs=jobs)
    moved_over(project, "ops/new.txt", "ops/part.txt")
    build = project.build(jobs=jobs)
    for name in "abc":
        assert "The new text" in build.text(f"ops/{name}.html")


def test_file_written_anew_with_the_same_content_is_not_read_again(project: Project) -> None:
    project.write({"ops/a.rst": rst_page("Text."), "copy.txt": rst_page("Text.")})
    project.build()
    copied_over(project, "copy.txt", "ops/a.rst")
    os.utime(project.srcdir / "ops/a.rst", (1, 1))
    assert "0 added, 0 changed, 0 removed" in project.build().status


@pytest.mark.parametrize(
    ("suffix", "directive"),
    [
        ("rst", ".. include:: part.txt\n"),
        ("rst", ".. csv-table::\n   :file: part.txt\n"),
        ("md", "```{include} part.txt\n```\n"),
        ("md", "```{csv-table}\n:file: part.txt\n```\n"),
    ],
)
def test_missing_file_that_comes_back_is_read(
    project: Project, suffix: str, directive: str
) -> None:
    make = {"rst": rst_page, "md": md_page}[suffix]
    project.write({f"ops/a.{suffix}": make(directive)})
    project.build()
    project.write({"ops/part.txt": "The new text.\n"})
    assert "The new text" in project.build().text("ops/a.html")
    assert "0 added, 0 changed, 0 removed" in project.build().status
