"""The recipes of docs/how-to/pipeline.md, run as far as they can be run without their services."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.commands import ROOT, git
from tests.conftest import skip

RECIPES = ROOT / "docs/how-to/recipes"
FAULTS = ROOT / "examples/faults"
LINE = "Restart the gateway once the queue is empty."


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """The example project in a repository, with a page that says something else on a branch."""
    root = tmp_path / "repository"
    shutil.copytree(ROOT / "examples/acme", root / "docs", ignore=shutil.ignore_patterns("_build"))
    for path in (root / "docs").rglob("*.*"):
        if path.suffix in (".rst", ".md"):  # where the documents are in this repository
            path.write_text(path.read_text().replace("examples/acme/", "docs/"))
    (root / "docs/requirements.txt").write_text("sphinx\n")  # which is here: nothing is installed
    git(root, "init", "-q", "-b", "main")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "base")
    git(root, "update-ref", "refs/remotes/origin/main", "main")
    git(root, "checkout", "-q", "-b", "work")
    page = root / "docs/ops/runbooks/drain-gateway.rst"
    page.write_text(page.read_text() + f"\n{LINE}\n")
    git(root, "commit", "-qam", "change")
    return root


def environment(**further: str) -> dict[str, str]:
    scripts = str(Path(sys.executable).parent)
    return {**os.environ, "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}", **further}


def shell(command: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """As the runners of both services do: every failure ends it."""
    return subprocess.run(
        ["bash", "-eo", "pipefail", "-c", command],
        cwd=folder,
        env=environment(**variables),
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("schema", "path"),
    [
        ("github-workflows", RECIPES / "github-actions.yml"),
        ("github-actions", ROOT / "action.yml"),
        ("gitlab-ci", RECIPES / "gitlab-ci.yml"),
    ],
    ids=("workflow", "action", "gitlab"),
)
def test_recipe_is_valid(schema: str, path: Path) -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}"]
    done = subprocess.run([*command, path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_github_actions(repository: Path, tmp_path: Path) -> None:
    """Its commands, one by one; actions of others and conditions are not run."""
    summary = tmp_path / "summary.md"
    recipe = yaml.safe_load((RECIPES / "github-actions.yml").read_text())
    done: dict[str, subprocess.CompletedProcess[str]] = {}
    steps = recipe["jobs"]["documents"]["steps"]
    for step in steps:
        if "run" in step:
            variables = {"GITHUB_BASE_REF": "main", "GITHUB_STEP_SUMMARY": str(summary)}
            done[step.get("name", step["run"])] = shell(step["run"], repository, **variables)
    assert [step.returncode for step in done.values()] == [0, 0, 1, 0], done
    told = done["What the change does to them"].stdout
    assert "::warning file=docs/ops/runbooks/drain-gateway.rst,line=" in told
    assert "title=opsdocs.version_not_bumped" in told
    assert "### Changed pages" in summary.read_text()
    caches = [step["with"]["path"] for step in steps if "cache" in step.get("uses", "")]
    assert caches == ["docs/.opsdocs-cache"]
    assert (repository / caches[0]).is_dir()


def empty_wheel(folder: Path) -> Path:
    """A package that stands for opsdocs: a folder would have to be built, with the network."""
    path = folder / "opsdocs_stand_in-1-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        info = "opsdocs_stand_in-1.dist-info"
        wheel.writestr(
            f"{info}/METADATA", "Metadata-Version: 2.1\nName: opsdocs-stand-in\nVersion: 1\n"
        )
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{info}/RECORD", "")
    return path


def test_github_action(repository: Path, tmp_path: Path) -> None:
    """The steps of our own action, one by one; actions of others and conditions are not run."""
    action = yaml.safe_load((ROOT / "action.yml").read_text())
    defaults = {name: str(given["default"]) for name, given in action["inputs"].items()}
    given = defaults | {"requirements": "docs/requirements.txt", "source": ""}
    done: dict[str, subprocess.CompletedProcess[str]] = {}
    for step in action["runs"]["steps"]:
        if "run" not in step:
            continue
        variables = {
            name: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda m: given[m[1]], text)
            for name, text in step["env"].items()
        }
        variables |= {"GITHUB_BASE_REF": "main", "GITHUB_STEP_SUMMARY": str(tmp_path / "summary")}
        # pip tells what it would install: this environment stays as it is
        variables |= {"ACTION": str(empty_wheel(tmp_path)), "PIP_DRY_RUN": "1"}
        done[step["name"]] = shell(step["run"], repository, **variables)
    codes = {name: step.returncode for name, step in done.items()}
    assert codes == {
        "Install": 0,
        "The documents as they are": 0,
        "What the change does to them": 1,
        "Findings for code scanning": 0,
    }, done
    # the action brings opsdocs, whatever is in the requirements
    assert "Would install opsdocs-stand-in-1" in done["Install"].stdout
    assert "title=opsdocs.version_not_bumped" in done["What the change does to them"].stdout
    assert "### Changed pages" in (tmp_path / "summary").read_text()
    (run,) = json.loads((repository / "opsdocs.sarif").read_text())["runs"]
    assert run["results"] == []


@pytest.fixture(scope="session")
def gitlab_ci_local() -> str:
    found = os.environ.get("OPSDOCS_GITLAB_CI_LOCAL") or shutil.which("gitlab-ci-local")
    if not found:
        skip("gitlab-ci-local, which runs GitLab pipelines; set OPSDOCS_GITLAB_CI_LOCAL")
    return found


def gitlab_job(command: str, repository: Path, job: str, given: Sequence[str]) -> int:
    """The exit code of a job of the pipeline, run on this machine with these arguments."""
    return subprocess.run(
        [command, "--force-shell-executor", *given, job],
        cwd=repository,
        env=environment(),
        capture_output=True,
        check=False,
    ).returncode


def test_gitlab(repository: Path, gitlab_ci_local: str) -> None:
    """The pipeline as GitLab's language has it, its jobs in shells of this machine."""
    shutil.copy(RECIPES / "gitlab-ci.yml", repository / ".gitlab-ci.yml")
    git(repository, "remote", "add", "origin", "https://git.example/acme/docs.git")
    base = git(repository, "rev-parse", "main").strip()
    variables = {
        "CI_PIPELINE_SOURCE": "merge_request_event",
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": base,
    }
    given = [word for pair in variables.items() for word in ("--variable", "=".join(pair))]
    jobs = ("documents", "change of documents")
    codes = [gitlab_job(gitlab_ci_local, repository, job, given) for job in jobs]
    rows = json.loads((repository / "gl-code-quality-report.json").read_text())  # of the last job
    assert codes == [0, 1]
    assert list((repository / "docs/.opsdocs-cache").glob("*/environment.pickle"))
    assert {(row["check_name"], row["location"]["path"]) for row in rows} >= {
        ("opsdocs.version_not_bumped", "docs/ops/runbooks/drain-gateway.rst")
    }


def test_gitlab_component(repository: Path, gitlab_ci_local: str) -> None:
    """Our component as a pipeline includes it, its jobs in shells of this machine."""
    (repository / "templates").mkdir()
    shutil.copy(ROOT / "templates/opsdocs.yml", repository / "templates/opsdocs.yml")
    (repository / ".gitlab-ci.yml").write_text(
        "include:\n  - local: templates/opsdocs.yml\n    inputs:\n      source: docs\n"
    )
    git(repository, "remote", "add", "origin", "https://git.example/acme/docs.git")
    base = git(repository, "rev-parse", "main").strip()
    given = ("--variable", "CI_PIPELINE_SOURCE=merge_request_event",
             "--variable", f"CI_MERGE_REQUEST_DIFF_BASE_SHA={base}")  # fmt: skip
    jobs = ("opsdocs check", "opsdocs review")
    codes = [gitlab_job(gitlab_ci_local, repository, job, given) for job in jobs]
    rows = json.loads((repository / "gl-code-quality-report.json").read_text())
    assert codes == [0, 1]
    assert any(row["check_name"] == "opsdocs.version_not_bumped" for row in rows)


def test_pre_commit(repository: Path) -> None:
    """The hooks of this checkout as it is committed, in the environment that pre-commit makes."""
    if not (ROOT / ".git").exists():
        skip("a git checkout of opsdocs, which pre-commit installs hooks from")
    text = (RECIPES / "pre-commit-config.yaml").read_text()
    revision = git(ROOT, "rev-parse", "HEAD").strip()
    text = re.sub(r"repo: .*", f"repo: {ROOT}", re.sub(r"rev: .*", f"rev: {revision}", text))
    (repository / ".pre-commit-config.yaml").write_text(text)
    git(repository, "add", ".pre-commit-config.yaml")
    done = shell(
        "pre-commit run --all-files", repository, PRE_COMMIT_HOME=str(repository / ".git/pc")
    )
    assert re.search(r"opsdocs check\.+Passed", done.stdout), done.stdout + done.stderr
    assert re.search(r"opsdocs review\.+Failed", done.stdout), done.stdout
    assert "[opsdocs.version_not_bumped]" in done.stdout


def matched(output: str) -> Iterator[Mapping[str, Any]]:
    """What a runner takes from an output with the problem matcher."""
    (matcher,) = json.loads((RECIPES / "problem-matcher.json").read_text())["problemMatcher"]
    (pattern,) = matcher["pattern"]
    for line in output.splitlines():
        if found := re.search(pattern["regexp"], line):
            names = ("file", "line", "severity", "message", "code")
            yield {name: found.group(pattern[name]) for name in names}


@pytest.mark.parametrize(
    "command",
    ["opsdocs check {0}", "sphinx-build -q --no-color -b dummy {0} {1}"],
)
def test_problem_matcher(tmp_path: Path, command: str) -> None:
    """Every error and warning becomes an annotation, of a check and of a Sphinx build."""
    folder = tmp_path / "faults"
    shutil.copytree(FAULTS, folder)
    (folder / "ops/page_unreadable.md").unlink()  # it ends any build by Sphinx itself
    done = shell(command.format(folder, tmp_path / "out"), ROOT)
    found = [(row["code"], row["severity"]) for row in matched(done.stdout + done.stderr)]
    asked = shell(f"opsdocs check {folder} --format json", ROOT)
    expected = [
        (finding["rule"], finding["severity"].upper())
        for finding in json.loads(asked.stdout)["findings"]
        if finding["severity"] != "info" and not finding.get("suppressed")
    ]
    assert len(expected) > 30
    assert sorted(found) == sorted(expected)
    for row in matched(done.stdout + done.stderr):
        assert Path(ROOT, row["file"]).is_file()
        assert int(row["line"]) > 0
