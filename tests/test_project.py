"""The project holds itself to its own rules: style, types, layers, charter, documentation."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from sphinxext_opsdocs.canonical.index_file import INDEX_FORMAT
from sphinxext_opsdocs.charter import clauses
from sphinxext_opsdocs.ext.registry import DIRECTIVES, ROLES
from sphinxext_opsdocs.reports.table_reports import REPORTS
from sphinxext_opsdocs.rules import RULES
from tests.commands import ROOT
from tests.conftest import skip

PACKAGE = ROOT / "sphinxext_opsdocs"
TESTS = ROOT / "tests"


def run(*command: object, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*map(str, command)], cwd=cwd, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    "command",
    [
        ("ruff", "check", "."),
        ("ruff", "format", "--check", "."),
        ("mypy",),
    ],
    ids=" ".join,
)
def test_code_passes(command: tuple[str, ...]) -> None:
    done = run(sys.executable, "-m", *command)
    assert done.returncode == 0, done.stdout + done.stderr


def test_layers_are_kept() -> None:
    done = run(sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()")
    assert done.returncode == 0, done.stdout + done.stderr


def test_code_passes_pyright() -> None:
    done = run(sys.executable, "-m", "pyright", "--pythonpath", sys.executable)
    if not re.search(r"\d+ errors?, ", done.stdout):
        skip(f"pyright, which its package downloads at the first run: {done.stderr[-200:]}")
    assert done.returncode == 0, done.stdout


def test_modules_and_functions_keep_their_size() -> None:
    for path in PACKAGE.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert text.count("\n") <= 330, path
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef):
                assert (node.end_lineno or 0) - node.lineno < 60, f"{path}: {node.name}"


def test_tests_mirror_the_packages() -> None:
    packages, tested = (
        {path.parent.name for path in folder.glob("*/__init__.py")} for folder in (PACKAGE, TESTS)
    )
    assert tested == packages | {"browser", "docs"}
    for package in packages:
        assert list((TESTS / package).glob("test_*.py")), package


def test_no_test_imports_another() -> None:
    for path in TESTS.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"^from tests\.(\w+\.)?test_", text, re.MULTILINE), path


def test_contributing_names_files_and_names_that_exist() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (an? [^|]+) \| ([^|]+) \|$", text, re.MULTILINE)
    assert len(rows) >= 15
    for task, places in rows:
        words = re.findall(r"`([^`]+)`", places)
        files = [word for word in words if "/" in word]
        assert 1 <= len(files) <= 3, task
        for name in files:
            pattern = name.replace("NAME", "*").replace("XX", "*")
            assert list(PACKAGE.glob(pattern)), f"{task}: {name}"
        for constant in (word for word in words if "/" not in word):
            contents = "".join((PACKAGE / name).read_text() for name in files if "*" not in name)
            assert re.search(rf"^{constant}\b", contents, re.MULTILINE), f"{task}: {constant}"


def test_every_clause_has_a_mechanism_and_every_rule_a_clause() -> None:
    known = {clause.id for clause in clauses()}
    served = {clause for rule in RULES for clause in rule.clauses}
    assert all(rule.clauses for rule in RULES)
    assert served <= known
    for clause in clauses():
        assert clause.id in served or clause.served_by, clause.id


def test_mechanisms_of_clauses_exist() -> None:
    commands = set(re.findall(r"from sphinxext_opsdocs\.cli\.\w+ import (.*)",
                              (PACKAGE / "cli/__init__.py").read_text()))  # fmt: skip
    names = {
        "directive": set(DIRECTIVES),
        "role": set(ROLES),
        "report": {report.directive for report in REPORTS.values()},
        "command": {name for line in commands for name in line.replace(" ", "").split(",")},
        "configuration": {"classes", "owners", "codeowners", "domains"},
    }
    for clause in clauses():
        for mechanism in clause.served_by:
            kind, _, name = mechanism.partition(" ")
            assert kind == "header" or name in names[kind], f"{clause.id}: {mechanism}"


def build_docs(source: Path, out: Path, builder: str = "html") -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-m",
        "sphinx",
        "-q",
        "-W",
        "--keep-going",
        "-b",
        builder,
        source,
        out,
    ]
    return run(*command)


def test_documentation_builds_with_the_extension_on_and_no_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795694400")  # 2026-11-26, its newest review
    done = build_docs(ROOT / "docs", tmp_path / "docs")
    assert done.returncode == 0, done.stderr
    findings = json.loads((tmp_path / "docs/opsdocs-findings.json").read_text())
    assert {row["rule"]: row["places"] for row in findings["reach"]}["header_missing"] > 3
    for rule in RULES:
        assert (tmp_path / f"docs/reference/rules/{rule.name}.html").is_file()


def test_example_company_builds_without_a_warning(tmp_path: Path) -> None:
    done = build_docs(ROOT / "examples/acme", tmp_path / "acme")
    assert done.returncode == 0, done.stderr
    facts = json.loads((tmp_path / "acme/opsdocs.json").read_text())
    pages = [d for d in facts["documents"] if d["docname"].startswith("ops/")]
    classes = {page["header"]["document_class"] for page in pages}
    myst = [page for page in pages if page["path"].endswith(".md")]
    assert len(pages) >= 14
    assert len(classes) == 7
    assert len(pages) / 2 - 2 <= len(myst) <= len(pages) / 2 + 2
    assert sum(len(page.get("deviations", [])) for page in pages) >= 6


def test_example_has_the_index_of_the_example_specifications(tmp_path: Path) -> None:
    out = tmp_path / "index.json.gz"
    done = run(
        sys.executable, "-m", "sphinxext_opsdocs", "index", ROOT / "examples/platform", "-o", out
    )
    assert done.returncode == 0, done.stderr
    for example in ("acme", "faults"):
        copy = ROOT / f"examples/{example}/opsdocs-sources/platform/canonical-index.json.gz"
        assert INDEX_FORMAT.load(copy) == INDEX_FORMAT.load(out)


def test_faulty_example_has_one_of_every_fault(tmp_path: Path) -> None:
    done = run(sys.executable, "-m", "sphinxext_opsdocs", "check", ROOT / "examples/faults", "-f", "json",
               "--today", "2026-11-23")  # fmt: skip
    assert done.returncode == 1, done.stderr
    reach = {row["rule"]: row["fired"] for row in json.loads(done.stdout)["reach"]}
    # rules on change sets have nothing to look at in one reading
    assert reach == {rule.name: 0 if rule.is_review else 1 for rule in RULES}


def test_readme_has_one_command_to_try_and_one_to_test() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for title in ("Try it", "Test it"):
        section = re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE)
        assert section, title
        blocks = re.findall(
            r"^```(?:sh|shell|console|bash)\n(.*?)^```", section[1], re.DOTALL | re.MULTILINE
        )
        assert len(blocks) == 1
        assert len(blocks[0].strip().splitlines()) == 1


def test_version_stands_in_the_changelog() -> None:
    from sphinxext_opsdocs.version import __version__

    assert f"## [{__version__}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
