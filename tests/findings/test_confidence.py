"""Confidence: how likely a finding on prose is right, apart from how much it would matter."""

from __future__ import annotations

import json

import pytest

from sphinxext_opsdocs.findings.finding import Finding
from tests.commands import run
from tests.project import CONFIG, SPEC_PAGE, Build, Project, md_page, rst_page

PAGES = {"rst": rst_page, "md": md_page}
SURE = "Every client must have a token of its own."
LIKELY = "Names cannot contain colons."
POSSIBLE = "Clients should use the new endpoint."
TEXT = f"{SURE}\n\n{LIKELY}\n\n{POSSIBLE}\n"


def written(project: Project, suffix: str = "rst", body: str = TEXT, config: str = "") -> Project:
    project.write(
        {
            f"ops/page.{suffix}": PAGES[suffix](body),
            "specs/api/limits.rst": SPEC_PAGE,
            "opsdocs.toml": f"{config}\n{CONFIG}",
        }
    )
    return project


def norms(build: Build) -> list[tuple[str, str]]:
    return [(f.severity, f.confidence) for f in build.of("normative_statement")]


@pytest.mark.parametrize("suffix", PAGES)
def test_less_than_high_is_a_note_and_low_is_silent(project: Project, suffix: str) -> None:
    build = written(project, suffix).build("dummy")
    assert norms(build) == [("warning", "high"), ("info", "medium")]


def test_medium_stays_a_note_where_the_rule_is_raised(project: Project) -> None:
    build = written(project).build("dummy", opsdocs_rules={"normative_statement": "error"})
    assert norms(build) == [("error", "high"), ("info", "medium")]


@pytest.mark.parametrize(("least", "number"), [("high", 1), ("medium", 2), ("low", 3)])
def test_min_confidence_decides_what_is_reported(project: Project, least: str, number: int) -> None:
    written(project, config=f'min_confidence = "{least}"')
    assert len(norms(project.build("dummy"))) == number
    written(project)
    assert len(norms(project.build("dummy", opsdocs_min_confidence=least))) == number


def test_option_wins_over_the_configuration(project: Project) -> None:
    written(project, config='min_confidence = "high"')
    project.build("html")
    facts = project.srcdir / "_build/html/opsdocs.json"
    sources = [project.srcdir, *([facts] if facts.exists() else [])]
    for source in sources:
        result = run("check", source, "--min-confidence", "low", "--format", "json")
        found = [f for f in json.loads(result.stdout)["findings"] if "normative" in f["rule"]]
        assert [f.get("confidence", "high") for f in found] == ["high", "medium", "low"]
    result = run("check", project.srcdir, "--min-confidence", "none")
    assert result.exit_code == 2


def test_formats_carry_the_confidence(project: Project) -> None:
    written(project)
    found = json.loads(run("check", project.srcdir, "--format", "json").stdout)["findings"]
    norms = [f for f in found if "normative" in f["rule"]]
    assert [f.get("confidence", "high") for f in norms] == ["high", "medium"]
    for options in ((), ("--host", "github")):
        log = json.loads(run("check", project.srcdir, "--format", "sarif", *options).stdout)
        results = [r for r in log["runs"][0]["results"] if "normative" in r["ruleId"]]
        assert [r["properties"]["confidence"] for r in results] == ["high", "medium"]
        assert [r["level"] for r in results] == ["warning", "note"]


# Several findings of one rule on one line

VALUES = "Wait out the drain grace period (60 s), or a whole session lifetime of 120 minutes."
THREE = f"{VALUES[:-1]}, in a retry window of 90 days."
SPEC = SPEC_PAGE + (
    "\n.. _values:\n\nValues\n------\n\nThe drain grace period is 60 seconds. "
    "The session lifetime is 2 hours. The retry window is 90 days.\n"
)


def restated(project: Project, text: str) -> list[Finding]:
    project.write({"ops/page.rst": rst_page(text), "specs/api/limits.rst": SPEC})
    return project.build("dummy").of("restated_value")


def test_findings_of_a_rule_on_one_line_are_one(project: Project) -> None:
    (finding,) = restated(project, VALUES)
    assert finding.message.endswith("(and 1 more on this line)")
    assert len(finding.further) == 1
    apart = restated(project, VALUES.replace(", or", ".\n\nOr"))
    assert [f.further for f in apart] == [(), ()]


def test_one_entry_for_each_finding_of_a_line_is_recorded(project: Project) -> None:
    restated(project, VALUES)
    run("baseline", project.srcdir)
    path = project.srcdir / "opsdocs-baseline.json"
    entries = json.loads(path.read_text())["entries"]
    assert len([e for e in entries if e["rule"] == "restated_value"]) == 2
    assert not [f for f in restated(project, VALUES) if not f.baseline_date]
    assert run("check", project.srcdir).exit_code == 0


def test_new_finding_on_a_line_with_known_ones_is_reported(project: Project) -> None:
    restated(project, VALUES)
    run("baseline", project.srcdir)
    new = [f for f in restated(project, THREE) if not f.baseline_date]
    assert len(new) == 1
    assert "90 days" in new[0].message
    assert not new[0].further
