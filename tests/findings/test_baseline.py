"""The baseline: what was there when a team began is known, and only what is new is reported."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.commands import run
from tests.project import SPEC_PAGE, Project, md_page, rst_page

PAGES = {"rst": rst_page, "md": md_page}
RULE = "Every client must have a token of its own."
FAULT = "As a workaround, start the node twice."


def recorded(project: Project, suffix: str = "rst", body: str = f"{RULE}\n\n{FAULT}\n") -> Path:
    project.write({"specs/api/limits.rst": SPEC_PAGE, f"ops/page.{suffix}": PAGES[suffix](body)})
    result = run("baseline", project.srcdir)
    assert result.exit_code == 0, result.output
    return project.srcdir / "opsdocs-baseline.json"


def reported(project: Project) -> list[str]:
    result = run("check", project.srcdir, "--format", "json")
    findings = json.loads(result.stdout)["findings"]
    return [f["rule"] for f in findings if "known_since" not in f and "suppressed" not in f]


@pytest.mark.parametrize("suffix", PAGES)
def test_only_what_is_new_is_reported(project: Project, suffix: str) -> None:
    path = recorded(project, suffix)
    entries = json.loads(path.read_text())["entries"]
    assert {"normative_statement", "workaround_outside_deviation"} <= {e["rule"] for e in entries}
    assert {entry["since"] for entry in entries} == {"2026-11-23"}
    result = run("check", project.srcdir)
    assert (result.exit_code, result.stdout) == (0, "")
    assert "known" in result.stderr
    assert "[opsdocs." not in project.build("html").warnings
    project.append(f"ops/page.{suffix}", "\nAll partners must use TLS.\n")
    assert reported(project) == ["normative_statement"]
    assert run("check", project.srcdir).exit_code == 1


@pytest.mark.parametrize("suffix", PAGES)
def test_moving_text_or_renaming_its_page_brings_nothing_back(
    project: Project, suffix: str
) -> None:
    recorded(project, suffix)
    text = PAGES[suffix](f"An introduction.\n\n{FAULT}\n\nA line between.\n\n{RULE}\n")
    project.write({f"ops/page.{suffix}": text})
    assert reported(project) == []
    project.remove(f"ops/page.{suffix}")
    project.write({f"ops/other/new.{suffix}": text})
    assert reported(project) == []


def test_copy_of_a_page_is_new(project: Project) -> None:
    recorded(project)
    text = (project.srcdir / "ops/page.rst").read_text()
    project.write({"ops/copy.rst": text})
    assert "normative_statement" in reported(project)


def test_one_more_of_the_same_is_new(project: Project) -> None:
    recorded(project)
    project.append("ops/page.rst", f"\n{RULE}\n")
    assert reported(project) == ["normative_statement"]


def test_fixed_entries_are_reported_once_and_pruned(project: Project) -> None:
    path = recorded(project)
    before = json.loads(path.read_text())["entries"]
    project.write({"ops/page.rst": rst_page("Stop the node.")})
    assert reported(project) == ["baseline_stale"]
    result = run("check", project.srcdir)
    assert "2 findings of the baseline are fixed (ops/page)" in result.stdout
    project.append("ops/page.rst", "\nAll partners must use TLS.\n")
    result = run("baseline", project.srcdir, "--prune")
    assert result.exit_code == 0
    after = json.loads(path.read_text())["entries"]
    assert len(after) == len(before) - 2
    assert reported(project) == ["normative_statement"]  # pruning records nothing new


def test_new_violation_is_recorded_only_if_somebody_names_it(project: Project) -> None:
    path = recorded(project)
    known = path.read_text()
    project.append("ops/page.rst", "\nAll partners must use TLS.\n")
    left = run("baseline", project.srcdir)
    assert left.exit_code == 1
    assert "normative_statement" in left.stdout
    assert "1 new finding not recorded" in left.stderr
    assert path.read_text() == known
    for words in (
        ("--rule", "section_empty"),
        ("--document", "ops/other*"),
        ("--owner", "team-api"),
        ("--rule", "normative_statement", "--owner", "team-api"),
    ):
        assert run("baseline", project.srcdir, *words).exit_code == 1
    assert path.read_text() == known
    words = ("--rule", "normative_statement", "--document", "ops/*", "--owner", "team-orders")
    assert run("baseline", project.srcdir, *words).exit_code == 0
    assert reported(project) == []
    assert run("baseline", project.srcdir, "--rule", "normative_statment").exit_code == 2
    assert run("baseline", project.srcdir, "--all", "--prune").exit_code == 2


def test_known_findings_keep_their_day(project: Project) -> None:
    path = recorded(project)
    project.append("ops/page.rst", "\nAll partners must use TLS.\n")
    assert run("baseline", project.srcdir, "--all", "--today", "2026-11-25").exit_code == 0
    days = sorted(entry["since"] for entry in json.loads(path.read_text())["entries"])
    assert days[0] == "2026-11-23"
    assert days.count("2026-11-25") == 1


def test_sarif_says_what_is_new(project: Project) -> None:
    recorded(project)
    project.append("ops/page.rst", "\nAll partners must use TLS.\n")
    result = run("check", project.srcdir, "--format", "sarif")
    results = json.loads(result.stdout)["runs"][0]["results"]
    states = {entry["message"]["text"][:12]: entry["baselineState"] for entry in results}
    assert states['"All partner'] == "new"
    assert states['"Every clien'] == "unchanged"


def test_debt_by_rule_and_owner(project: Project) -> None:
    recorded(project)
    result = run("report", "debt", project.srcdir, "-f", "json", "--today", "2026-12-03")
    rows = {row["Rule"]: row for row in json.loads(result.stdout)}
    row = rows["normative_statement"]
    assert (row["Owner"], row["Findings"], row["Age (days)"]) == ("team-orders", "1", "10")
    project.write({"reports.rst": "Debt\n====\n\n.. baseline-debt::\n"})
    assert "normative_statement" in project.build("html").text("reports.html")


@pytest.mark.parametrize("text", ["{torn", '{"format": 9}', '{"format": 1, "entries": [1]}'])
def test_baseline_that_cannot_be_read_is_not_overwritten(project: Project, text: str) -> None:
    recorded(project)
    project.write({"opsdocs-baseline.json": text})
    assert "input_unreadable" in project.build("dummy").rules
    result = run("baseline", project.srcdir)
    assert result.exit_code == 2
    assert (project.srcdir / "opsdocs-baseline.json").read_text() == text


def test_prune_without_a_baseline_is_refused(project: Project) -> None:
    assert run("baseline", project.srcdir, "--prune").exit_code == 2


def test_real_tree_is_silent_until_one_fault_is_new(
    make_project: Callable[..., Project], corpus: Path
) -> None:
    """Every page of the phalanx tree governed, all rules on."""
    project = make_project(config="")
    for path in (corpus / "phalanx/docs").rglob("*"):
        if path.suffix in (".rst", ".md", ".txt") and path.is_file():
            target = project.srcdir / path.relative_to(corpus / "phalanx/docs")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    conf = corpus / "conf/phalanx/conf.py"
    text = f"p = {str(conf)!r}\nexec(open(p).read().replace('__file__', repr(p)))\n"
    text += 'extensions.append("sphinxext_opsdocs")\nopsdocs_governed = ["**"]\n'
    project.write({"conf.py": text})
    result = run("baseline", project.srcdir)
    assert result.exit_code == 0, result.output
    entries = json.loads((project.srcdir / "opsdocs-baseline.json").read_text())["entries"]
    assert len(entries) > 300
    assert reported(project) == []
    project.append("admin/troubleshooting.rst", "\n\nAll partners must use TLS everywhere.\n")
    assert reported(project) == ["normative_statement"]
