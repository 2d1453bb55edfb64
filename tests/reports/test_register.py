"""The register of deviations, where one record or one target is written more than once."""

from __future__ import annotations

import tomllib
from datetime import date

import pytest

from sphinxext_opsdocs.config.parser import parse_config
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.reports.table_reports import make_table
from tests.pages import SPECIFICATION
from tests.project import CONFIG, Build, Project, md_page, rst_page

RECORD = (
    ".. observed-deviation:: T\n   :id: A-1\n   :spec: api:rate-limits\n   :issue: API-1\n"
    "   :observed: 2026-11-01\n   :severity: minor\n   :state: open\n"
)


def register(build: Build, **filters: tuple[str, ...]) -> list[dict[str, str]]:
    """The rows of the register by column title."""
    graph = TraceabilityGraph(build.documents.values(), parse_config(tomllib.loads(CONFIG)))
    table = make_table("register", graph, date(2026, 11, 23), filters)
    return [
        dict(zip(table.columns, ("".join(p.text for p in cell) for cell in row.cells), strict=True))
        for row in table.rows
    ]


def test_record_that_two_pages_include_is_one_row_with_both(project: Project) -> None:
    project.write({**SPECIFICATION, "part.txt": RECORD})
    for name in "ba":
        project.write({f"ops/{name}.rst": rst_page("Text.\n\n.. include:: /part.txt\n")})
    build = project.build("text", opsdocs_show_dependents=True)
    (row,) = register(build)
    assert row["Page"] == "ops/a, ops/b"
    assert register(build, document=("ops/b",)) == [row]
    assert register(build, document=("ops/c",)) == []
    assert not build.of("deviation_duplicate")
    page = " ".join(build.text("specs/api/limits.txt").split())
    assert "2 pages refer to this section, 1 deviation is open against it." in page


def test_records_of_one_id_in_two_places_are_two_rows(project: Project) -> None:
    for name in "ab":
        project.write({**SPECIFICATION, f"ops/{name}.rst": rst_page(RECORD)})
    build = project.build("dummy")
    assert [row["Page"] for row in register(build)] == ["ops/a", "ops/b"]
    assert len(build.of("deviation_duplicate")) == 1


DOUBLED = {
    "rst": "{ref}:: api:rate-limits, api:page-size, api:rate-limits,\n\n"
    ".. observed-deviation:: T\n   :id: DEV-1\n   :spec: api:rate-limits,  api:page-size,"
    " api:rate-limits\n   :issue: API-1, API-1,\n   :observed: 2026-11-01\n   :severity: minor\n"
    "   :state: open\n",
    "md": "```{ref} api:rate-limits, api:page-size, api:rate-limits,\n```\n\n"
    "```{observed-deviation} T\n:id: DEV-1\n:spec: api:rate-limits,  api:page-size,"
    " api:rate-limits\n:issue: API-1, API-1,\n:observed: 2026-11-01\n:severity: minor\n"
    ":state: open\n```\n",
}


@pytest.mark.parametrize("suffix", ["rst", "md"])
def test_target_or_issue_named_twice_is_one_and_a_finding(project: Project, suffix: str) -> None:
    page = {"rst": rst_page, "md": md_page}[suffix]
    name = {"rst": ".. canonical-ref", "md": "{canonical-ref}"}[suffix]
    project.write({**SPECIFICATION})
    project.write(
        {f"ops/a.{suffix}": page("BODY").replace("BODY", DOUBLED[suffix].replace("{ref}", name))}
    )
    build = project.build("text")
    facts = build.documents["ops/a"]
    targets = ["api:rate-limits", "api:page-size"]
    assert [reference.target for reference in facts.references] == targets
    assert [spec.text for spec in facts.deviations[0].specs] == targets
    assert [issue.text for issue in facts.deviations[0].issues] == ["API-1"]
    lines = (project.srcdir / f"ops/a.{suffix}").read_text().split("\n")
    (doubled,) = build.of("input_unreadable")
    assert 'names "api:rate-limits" more than once' in doubled.message
    assert "canonical-ref" in lines[doubled.place.line - 1]
    spec, issue = build.of("deviation_field_invalid")
    assert 'spec names "api:rate-limits" more than once' in spec.message
    assert ":spec:" in lines[spec.place.line - 1]
    assert 'issue names "API-1" more than once' in issue.message
    assert ":issue:" in lines[issue.place.line - 1]
    text = build.text("ops/a.txt")
    assert text.count("API-1") == 1
    assert text.count("Rate limits") == 2


def test_section_or_issue_named_in_two_ways_is_a_finding(project: Project) -> None:
    deviation = (
        ".. observed-deviation:: T\n   :id: DEV-1\n"
        "   :spec: api:rate-limits, api:specs/api/limits#rate-limits\n"
        "   :issue: API-1, https://tracker.example/issues/1\n   :observed: 2026-11-01\n"
        "   :severity: minor\n   :state: open\n"
    )
    project.write({**SPECIFICATION, "ops/a.rst": rst_page(deviation)})
    build = project.build("dummy")
    spec, issue = build.of("deviation_field_invalid")
    assert spec.message.endswith(
        'spec names the same one twice, as "api:rate-limits" and as '
        '"api:specs/api/limits#rate-limits"; remove one'
    )
    assert 'as "API-1" and as "https://tracker.example/issues/1"' in issue.message
    (row,) = register(build)
    assert row["Diverges from"] == "api:rate-limits"
    assert row["Issues"] == "API-1"
