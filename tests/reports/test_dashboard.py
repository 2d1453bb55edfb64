"""The dashboard and ``opsdocs metrics``: the same figures, from the functions of the gate."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from html import unescape

import pytest

from tests.commands import git, run
from tests.project import SPEC_PAGE, Project, md_page, rst_page

DASHBOARD = {
    "rst": ("dashboard.rst", "Dashboard\n=========\n\n.. governance-dashboard::\n"),
    "md": ("dashboard.md", "# Dashboard\n\n```{governance-dashboard}\n```\n"),
}
DEVIATION = """
.. observed-deviation:: Clients get 503
   :id: DEV-{number}
   :spec: api:rate-limits
   :issue: API-{number}
   :observed: {observed}
   :severity: {severity}
   :state: open

   The gateway answered 503.
"""
SAMPLE = re.compile(r'^opsdocs_\w+(\{\w+="(?:[^"\\]|\\.)*"\})? \d+$')


def deviation(number: int, severity: str = "major", observed: str = "2026-11-01") -> str:
    return DEVIATION.format(number=number, severity=severity, observed=observed)


def company(project: Project, syntax: str = "rst", *bodies: str) -> Project:
    path, text = DASHBOARD[syntax]
    project.write({"specs/api/limits.rst": SPEC_PAGE, path: text})
    for number, body in enumerate(bodies):
        project.write({f"ops/page{number}.rst": rst_page(body, f"Page {number}")})
    return project


def shown(project: Project) -> str:
    """The dashboard without tags, with single blanks."""
    page = project.build().text("dashboard.html").partition("<h1")[2]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def samples(project: Project) -> dict[str, int]:
    """The metrics by name and label."""
    lines = run("metrics", "-s", project.srcdir).stdout.splitlines()
    assert lines[-1] == "# EOF"
    values = [line for line in lines if not line.startswith("#")]
    assert all(map(SAMPLE.match, values))
    return {name: int(value) for name, value in (line.rsplit(" ", 1) for line in values)}


@pytest.mark.parametrize("syntax", DASHBOARD)
def test_verdict_is_that_of_the_gate(project: Project, syntax: str) -> None:
    company(project, syntax, "Text.")
    project.write({"ops/other.md": md_page("Text.")})
    text = shown(project)
    summary = run("check", project.srcdir).stderr
    found = re.match(r"(\d+) errors?, (\d+) warnings?", summary)
    assert found, summary
    assert f"{found[1]} error" in text
    assert f"{found[2]} warning" in text
    is_green = found[1] == found[2] == "0"
    assert ("The gate is green" if is_green else "The gate is red") in text


def test_dashboard_is_written_again_when_another_page_changes(project: Project) -> None:
    company(project, "rst", deviation(1))
    assert "1 ● major" in shown(project) or "1 major" in shown(project)
    before = shown(project)
    project.append("ops/page0.rst", deviation(2, "critical") + "\n.. canonical-ref:: api:gone\n")
    after = shown(project)
    assert before != after
    assert "DEV-2" in after
    assert "1 error" in after


def test_metrics_and_dashboard_and_register_agree(project: Project) -> None:
    old = deviation(3, "critical", "2026-01-01")
    company(project, "rst", deviation(1) + deviation(2, "minor"), old)
    text, values = shown(project), samples(project)
    rows = json.loads(run("report", "register", project.srcdir, "-f", "json").stdout)
    assert sum(row["mark"] == "overdue" for row in rows) == 1
    assert values["opsdocs_deviations_past_limit"] == 1
    assert "1 past their age limit" in text
    for severity in ("critical", "major", "minor"):
        assert values[f'opsdocs_deviations_open{{severity="{severity}"}}'] == 1
    assert "3 open deviations" in text
    linked, sections = values["opsdocs_sections_linked"], values["opsdocs_sections"]
    assert f"{linked} of {sections} sections linked" in text
    assert linked == 1
    assert text.index("DEV-3") < text.index("DEV-1") < text.index("DEV-2")
    # of the facts file of a build, too
    facts = project.build().outdir / "opsdocs.json"
    printed = run("metrics", "-s", facts).stdout
    assert 'opsdocs_deviations_open{severity="critical"} 1' in printed


def test_what_makes_the_gate_red_is_to_be_fixed_first(project: Project) -> None:
    company(project, "rst", deviation(1, "critical") + "\n.. canonical-ref:: api:gone\n")
    text = shown(project).partition("What to fix first")[2]
    assert text.index("canonical_unresolved") < text.index("DEV-1 Clients get 503")


def test_figures_of_a_changed_tree_are_not_those_of_its_commit(project: Project) -> None:
    company(project, "rst", deviation(1))
    for words in (("init", "-q"), ("add", "-A"), ("commit", "-qm", "first")):
        git(project.srcdir, *words)
    project.append("ops/page0.rst", "\nMore.\n")
    refused = run("metrics", "record", "-s", project.srcdir)
    assert refused.exit_code == 2
    assert "ops/page0.rst differs from the commit that is checked out" in refused.output
    assert not (project.srcdir / "opsdocs-metrics.jsonl").exists()


def test_graph_of_a_specification_has_the_pages_that_rely_on_it(project: Project) -> None:
    company(project, "rst", deviation(1))
    graph = "G\n=\n\n.. traceability-graph::\n   :page: specs/api/limits\n"
    project.write({"g.rst": graph})
    page = project.build().text("g.html")
    assert "Page 0" in page.partition("<svg")[2]
    assert ">DEV-1</a>" in page.partition("</svg>")[2]


def test_map_shows_holes_and_deviations(project: Project) -> None:
    more = SPEC_PAGE + "\n.. _unused:\n\nUnused\n------\n\nText.\n"
    company(project, "rst", deviation(1, "critical"), ":canonical:`api:rate-limits`")
    project.write({"specs/api/limits.rst": more})
    page = project.build().text("dashboard.html").partition("opsdocs-coverage")[2]
    assert "api: Unused" in page
    assert page.count('class="opsdocs-hole"') >= 1
    assert page.count('class="opsdocs-mark opsdocs-critical"') == 1
    assert page.count("<circle") == 1


@pytest.mark.parametrize("builder", ["text", "latex", "epub", "singlehtml"])
def test_every_builder_shows_it(project: Project, builder: str) -> None:
    company(project, "rst", deviation(1))
    name = {"text": "dashboard.txt", "latex": "test.tex", "epub": "dashboard.xhtml"}
    text = project.build(builder).text(name.get(builder, "index.html"))
    for words in ("What to fix first", "Age against its limit", "By owner", "22 of 90 days"):
        assert words in " ".join(text.split())


def test_badge_names_itself(project: Project) -> None:
    company(project, "rst", deviation(1))
    picture = ET.fromstring(run("metrics", "-s", project.srcdir, "--badge").stdout)
    assert picture.get("role") == "img"
    assert re.fullmatch(r"operations: \d+ findings?, 1 deviation", picture.get("aria-label") or "")


def test_commits_are_recorded_once_and_shown(project: Project) -> None:
    company(project, "rst", deviation(1))
    wrong = run("metrics", "record", "-s", project.srcdir)
    assert wrong.exit_code == 2
    assert "is in no git repository" in wrong.output
    for words in (("init", "-q"), ("add", "-A"), ("commit", "-qm", "first")):
        git(project.srcdir, *words)
    path = project.srcdir / "opsdocs-metrics.jsonl"
    for _ in range(2):
        assert run("metrics", "record", "-s", project.srcdir).exit_code == 0
    assert len(path.read_text().splitlines()) == 1
    project.append("ops/page0.rst", "\n.. canonical-ref:: api:gone\n")
    git(project.srcdir, "commit", "-qam", "second")
    assert "Findings by commit" not in shown(project)
    assert run("metrics", "record", "-s", project.srcdir, "--today", "2026-11-24").exit_code == 0
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    assert [row["findings"]["error"] for row in rows] == [0, 1]
    assert [row["date"] for row in rows] == ["2026-11-23", "2026-11-24"]
    text = shown(project)
    assert "Findings by commit" in text
    assert "2026-11-24: 1 error" in text
    path.write_text(path.read_text() + "not a row\n")
    assert "Findings by commit" in shown(project)
