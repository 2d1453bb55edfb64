"""What editors read: the tasks of VS Code, names to complete, and the schema of opsdocs.toml."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest

from sphinxext_opsdocs.cli.schema import schema_text
from tests.commands import ROOT, run
from tests.project import SPEC_PAGE, Project, rst_page

DEVIATION = """
.. observed-deviation:: Costs {$5}
   :id: DEV-0007
   :spec: api:rate-limits
   :issue: API-1
   :observed: 2026-11-01
   :severity: minor
   :state: open

   Seen.
"""


@pytest.fixture
def named(project: Project) -> Project:
    """A project with a deviation and with findings."""
    project.write(
        {
            "specs/api/limits.rst": SPEC_PAGE,
            "ops/page.rst": rst_page(DEVIATION),
            "ops/x.rst": "X\n=\n",
        }
    )
    return project


def test_snippets_have_every_name(named: Project, tmp_path: Path) -> None:
    path = tmp_path / ".vscode/opsdocs.code-snippets"
    assert run("completions", named.srcdir, "-o", path).exit_code == 0
    snippets = {each["prefix"]: each for each in json.loads(path.read_text()).values()}
    assert set(snippets) == {
        "api:rate-limits",
        "api:page-size",
        "DEV-0007",
        "team-orders",
        "team-api",
    }
    assert snippets["api:rate-limits"]["description"] == "section: Limits › Rate limits"
    assert all(each["body"] == prefix for prefix, each in snippets.items())


def test_tags_lead_to_the_lines(named: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(named.srcdir.parent)
    text = run("completions", "docs", "--format", "tags").stdout
    rows = [line.split("\t") for line in text.splitlines() if not line.startswith("!")]
    assert rows == sorted(rows)
    assert [row[0] for row in rows] == ["DEV-0007", "api:page-size", "api:rate-limits"]
    for name, path, address, *_ in rows:
        line = Path(path).read_text().splitlines()[int(address.partition(";")[0]) - 1]
        assert line in (".. observed-deviation:: Costs {$5}", "Rate limits", "Page size"), name


def test_problem_matcher_of_the_task_reads_what_check_prints(
    named: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(named.srcdir.parent)
    tasks = json.loads((ROOT / "docs/how-to/recipes/vscode-tasks.json").read_text())["tasks"]
    pattern = tasks[0]["problemMatcher"]["pattern"]
    lines = run(*tasks[0]["command"].split()[1:], "-s", "docs").stdout.splitlines()
    assert lines
    for line in lines:
        match = re.match(pattern["regexp"], line)
        assert match
        assert Path(match[pattern["file"]]).is_file()
        assert match[pattern["code"]].startswith("opsdocs.")
    for task in tasks:
        assert run(*task["command"].split()[1:2], "--help").exit_code == 0


def test_snippets_have_the_owners_of_codeowners(named: Project, tmp_path: Path) -> None:
    (named.srcdir / "CODEOWNERS").write_text("* @acme/ops\n")
    text = (named.srcdir / "opsdocs.toml").read_text()
    named.write({"opsdocs.toml": f'codeowners = "CODEOWNERS"\n{text}'})
    snippets = json.loads(run("completions", named.srcdir).stdout).values()
    assert "@acme/ops" in {each["prefix"] for each in snippets}


def test_schema_knows_the_names_of_rules() -> None:
    validator = jsonschema.Draft202012Validator(json.loads(schema_text("config")))
    assert validator.is_valid({"rules": {"section_missing": "info"}})
    assert not validator.is_valid({"rules": {"section_misssing": "info"}})
    folders = {"ops/**": {"section_missing": "off"}}
    assert validator.is_valid({"rules": {"per-folder": folders}})
    folders = {"ops/**": {"section_misssing": "off"}}
    assert not validator.is_valid({"rules": {"per-folder": folders}})
