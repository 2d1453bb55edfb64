"""Headers that name the page before or after their own."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from sphinxext_opsdocs.findings.finding import Finding
from tests.project import HEADER, Project, md_page, rst_page

CONFIG = {"opsdocs_rules": {"section_missing": "off", "canonical_missing": "off"}}
RULES = ("successor_invalid", "deprecated_without_successor")


def write_pages(project: Project, suffix: str, pages: Mapping[str, Mapping[str, str]]) -> None:
    """Pages below ops with these fields besides those of every header."""
    make = {"rst": rst_page, "md": md_page}[suffix]
    for name, fields in pages.items():
        project.write({f"ops/{name}.{suffix}": make("Text.", name, HEADER | fields)})


def findings_of(project: Project) -> list[Finding]:
    """The findings of the rules on successors, by place."""
    findings = project.build("dummy", **CONFIG).findings
    return [finding for finding in findings if finding.rule in RULES]


def places_and_rules(findings: list[Finding]) -> list[tuple[str, str]]:
    """Page and rule of each finding."""
    return [(finding.docname.removeprefix("ops/"), finding.rule) for finding in findings]


@pytest.mark.parametrize("suffix", ["rst", "md"])
@pytest.mark.parametrize("status", ["Draft", "Canonical", "Deprecated", "Archived"])
def test_page_that_does_not_exist_is_one_finding_whatever_the_status(
    project: Project, suffix: str, status: str
) -> None:
    write_pages(
        project,
        suffix,
        {
            "after": {"status": status, "superseded-by": "ops/missing"},
            "before": {"supersedes": "ops/missing"},
        },
    )
    after, before = findings_of(project)
    rule = "deprecated_without_successor" if status == "Deprecated" else "successor_invalid"
    assert places_and_rules([after, before]) == [("after", rule), ("before", "successor_invalid")]
    assert '"ops/missing" does not exist in this project' in after.message
    assert before.message == (
        'supersedes: "ops/missing" does not exist in this project; write the docname of a page'
    )
    text = (project.srcdir / before.place.path).read_text().splitlines()
    assert text[before.place.line - 1].lstrip(":").startswith("supersedes:")


@pytest.mark.parametrize("suffix", ["rst", "md"])
@pytest.mark.parametrize("status", ["Draft", "Canonical", "Deprecated", "Archived"])
def test_page_that_names_itself_is_one_finding_a_field(
    project: Project, suffix: str, status: str
) -> None:
    own = {"status": status, "superseded-by": "ops/one", "supersedes": "ops/one"}
    write_pages(project, suffix, {"one": own})
    rules = [rule for _, rule in places_and_rules(findings_of(project))]
    last = "deprecated_without_successor" if status == "Deprecated" else "successor_invalid"
    assert sorted(rules) == sorted(["successor_invalid", last])


def test_page_without_a_header_exists(project: Project) -> None:
    project.write({"guide.rst": "Guide\n=====\n"})
    write_pages(
        project,
        "rst",
        {"new": {"supersedes": "guide"}, "old": {"status": "Deprecated", "superseded-by": "guide"}},
    )
    assert findings_of(project) == []


@pytest.mark.parametrize("suffix", ["rst", "md"])
def test_circle_is_one_finding_that_names_its_pages(project: Project, suffix: str) -> None:
    write_pages(
        project,
        suffix,
        {
            "a": {"status": "Deprecated", "superseded-by": "ops/b"},
            "b": {"status": "Deprecated", "superseded-by": "ops/c"},
            # the same claim twice, from either side
            "c": {"supersedes": "ops/b", "superseded-by": "ops/a"},
            "d": {"supersedes": "ops/e"},
            "e": {"supersedes": "ops/d"},
            "f": {"supersedes": "ops/g"},
            "g": {"status": "Deprecated", "superseded-by": "ops/f"},
        },
    )
    first, second = findings_of(project)
    assert '"ops/a" → "ops/b" → "ops/c" → "ops/a"' in first.message
    assert '"ops/d" → "ops/e" → "ops/d"' in second.message
    assert {related.place.path for related in first.related} == {
        f"ops/b.{suffix}",
        f"ops/c.{suffix}",
    }


@pytest.mark.parametrize("suffix", ["rst", "md"])
@pytest.mark.parametrize(
    ("old", "new", "is_reported"),
    [
        ({}, {"supersedes": "ops/old"}, True),
        ({"superseded-by": "ops/new"}, {}, True),
        ({"superseded-by": "ops/new"}, {"supersedes": "ops/old"}, True),
        ({}, {"supersedes": "ops/old", "status": "Draft"}, False),
        ({"superseded-by": "ops/new"}, {"status": "Draft"}, False),
        ({"status": "Draft"}, {"supersedes": "ops/old"}, False),
        ({"status": "Archived"}, {"supersedes": "ops/old"}, False),
        ({"status": "Deprecated", "superseded-by": "ops/new"}, {"supersedes": "ops/old"}, False),
    ],
)
def test_superseded_page_that_stays_canonical_is_one_finding(
    project: Project, suffix: str, old: dict[str, str], new: dict[str, str], is_reported: bool
) -> None:
    write_pages(project, suffix, {"old": old, "new": new})
    findings = findings_of(project)
    assert places_and_rules(findings) == [("old", "successor_invalid")] * is_reported
    for finding in findings:
        assert 'superseded by "ops/new", but still Canonical' in finding.message
        assert [related.place.path for related in finding.related] == (
            [f"ops/new.{suffix}"] if "supersedes" in new else []
        )


def test_finding_goes_when_the_other_page_goes(project: Project) -> None:
    write_pages(project, "rst", {"old": {}, "new": {"supersedes": "ops/old"}})
    assert places_and_rules(findings_of(project)) == [("old", "successor_invalid")]
    project.remove("ops/new.rst")
    assert findings_of(project) == []
