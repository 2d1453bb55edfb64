"""Projects that use nothing of ours are the same with the extension as without it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.commands import ROOT
from tests.pages import RUNBOOKS, SPECIFICATION
from tests.project import Project, rst_page

MakeProject = Callable[..., Project]
BENCHMARK = ROOT / "benchmarks/company.py"
NEEDS = """
Needs
=====

.. req:: Orders have one state
   :id: REQ_ORDER
   :layout: debug

   An order has one state at a time.

.. needflow::
   :debug:
   :show_legend:

.. needtable::

.. needreport::
   :types:
   :links:
   :usage:
"""


def plain_project(project: Project) -> Project:
    """The project without any setting or page of ours."""
    project.remove("opsdocs.toml")
    lines = (project.srcdir / "conf.py").read_text().splitlines(keepends=True)
    project.write({"conf.py": "".join(line for line in lines if not line.startswith("opsdocs"))})
    project.write({"needs.rst": NEEDS, "plain.md": "---\nauthor: me\n---\n\n# Plain\n\nText.\n"})
    return project


def compare_projects(folder: Path) -> subprocess.CompletedProcess[str]:
    """What the benchmark prints about the projects in the tests of a folder."""
    command = [sys.executable, BENCHMARK, folder, "--verbose"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_pages_of_a_project_that_uses_nothing_of_ours_are_the_same(
    tmp_path: Path, make_project: MakeProject
) -> None:
    project = plain_project(make_project("other/tests/roots", needs=True))
    conf = (project.srcdir / "conf.py").read_text()
    project.write({"conf.py": conf.replace("'sphinxext_opsdocs', ", "")})
    project.append("conf.py", 'needs_flow_engine = "graphviz"\n')
    done = compare_projects(tmp_path / "other")
    assert done.stdout.startswith("1 projects, 1 builds, 6 pages compared"), done.stdout
    assert done.returncode == 0


@pytest.mark.parametrize("setting", ["opsdocs.toml", "conf.py"])
def test_one_setting_of_ours_declares_our_types(make_project: MakeProject, setting: str) -> None:
    project = plain_project(make_project(needs=True))
    if setting == "opsdocs.toml":
        project.write({"opsdocs.toml": "# all defaults\n"})
    else:
        project.append("conf.py", 'opsdocs_governed = ["ops/**"]\n')
    text = project.build().text("needs.html")
    assert "Observed deviation" in text
    assert "ops_refers" in text


def test_header_without_any_setting_gets_no_id_of_a_need(make_project: MakeProject) -> None:
    project = plain_project(make_project(needs=True))
    project.write({"page.rst": rst_page("Text.")})
    build = project.build()
    assert "DOC_" not in build.text("page.html")
    assert "opsdocs-badge" in build.text("page.html")


@pytest.fixture
def project(make_project: MakeProject) -> Project:
    """A project with sphinx-needs, a specification of two sections, and references to the first."""
    project = make_project(needs=True)
    path, text = RUNBOOKS["rst"]
    project.write({**SPECIFICATION, path: text, "plain.rst": "Plain\n=====\n"})
    return project


SPEC = "specs/api/limits.html"


def anchors(text: str) -> set[str]:
    """The ids of sections as needs on a page."""
    parts = text.split('id="SPEC_')[1:]
    return {part.partition('"')[0] for part in parts}


def test_only_sections_that_something_refers_to_get_the_id_of_a_need(project: Project) -> None:
    build = project.build()
    assert anchors(build.text(SPEC)) == {"api_rate-limits"}
    assert not anchors(build.text("plain.html"))


@pytest.mark.parametrize("jobs", [1, 2])
def test_anchor_comes_and_goes_with_the_reference_on_another_page(
    project: Project, jobs: int
) -> None:
    project.build(jobs=jobs)
    project.write(
        {
            "ops/other.md": "# Other\n\n{canonical}`api:page-size` {canonical}`api:specs/api/limits`\n"
        }
    )
    build = project.build(jobs=jobs)
    assert anchors(build.text(SPEC)) == {"api_rate-limits", "api_page-size", "api_specs_api_limits"}
    project.remove("ops/other.md")
    incremental = project.build(jobs=jobs).text(SPEC)
    assert anchors(incremental) == {"api_rate-limits"}
    assert incremental == project.build(jobs=jobs, fresh=True).text(SPEC)


def test_builders_of_one_document_have_the_anchor_on_the_right_page(project: Project) -> None:
    again = (
        SPECIFICATION["specs/api/limits.rst"]
        .replace("_rate-limits", "_rates")
        .replace("_page-size", "_pages")
    )
    project.write({"specs/api/again.rst": again})
    project.append(RUNBOOKS["rst"][0], "\nSee :canonical:`api:specs/api/again`.\n")
    text = project.build("singlehtml").text("index.html")
    assert anchors(text) == {"api_rate-limits", "api_specs_api_again"}
    tex = "".join(path.read_text() for path in project.build("latex").outdir.glob("*.tex"))
    assert r"{specs/api/again:SPEC_api_specs_api_again}" in tex
    assert r"{specs/api/limits:SPEC_api_rate-limits}" in tex
    assert "SPEC_api_page" not in tex


def test_benchmark_compares_projects_with_the_settings_of_their_tests(tmp_path: Path) -> None:
    roots = tmp_path / "other/tests/roots"
    for name, text in {
        "test-plain/index.rst": "Plain\n=====\n",
        "test-plain/conf.py": "project = 'plain'\n",
        "test-failing/conf.py": "raise SystemExit(3)\n",
        "test-ours/index.rst": ":class: runbook\n:owner: team\n\nOurs\n====\n",
        "test-ours/conf.py": "",
        "../test_plain.py": "@mark.sphinx('html', testroot='plain', confoverrides={'language': 'de'})\n"
        "def test(app): ...\n",
    }.items():
        path = roots / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    done = compare_projects(tmp_path / "other")
    assert done.stdout.splitlines()[-1].startswith(
        "2 projects, 3 builds, 9 pages compared; 1 build"
    )
    assert "builds with pages that differ: 1" in done.stdout
    assert f"differs: {roots}/test-ours: index.html" in done.stdout
    assert done.returncode == 1
