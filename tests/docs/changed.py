"""The example company in the middle of a change: what commands print there, and what pages show."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.commands import ROOT, git

SHOWN = ROOT / "docs/_static"
"""Has what each command prints, as NAME.txt."""
SPECIFICATION, RUNBOOK = "specs/api/http-contract.rst", "ops/runbooks/drain-gateway.rst"
EDITS = (
    (SPECIFICATION, "of seconds from 1 to 32.", "of seconds from 1 to 64."),
    (RUNBOOK, "for 10 minutes at most:", "for 15 minutes at most:"),
)
"""A file, what stands there, and what somebody writes in its place."""
COMMANDS: dict[str, tuple[str, dict[str, str]]] = {
    "check": ("opsdocs check", {}),
    "review": ("opsdocs review", {}),
    "accept": (
        "opsdocs accept ops/environments/eu-1",
        {"Is the page still correct? [y/N]: ": "y", "Why: ": "the page names no number of seconds"},
    ),
}
"""By name: what is typed, and the answer to each question."""
DAY = "2026-11-20T12:00:00Z"


def change_example(folder: Path) -> Path:
    """Copy the example into a repository of its own, and edit it there; return its folder."""
    example = folder / "examples/acme"
    shutil.copytree(ROOT / "examples/acme", example, ignore=shutil.ignore_patterns(".opsdocs*"))
    git(folder, "init", "-q", "-b", "main")
    git(folder, "config", "user.name", "Jo Doe")
    git(folder, "config", "user.email", "jo@acme.example")
    git(folder, "add", "-A")
    dates = {"GIT_AUTHOR_DATE": DAY, "GIT_COMMITTER_DATE": DAY}
    commit = ["git", "commit", "-q", "-m", "The example"]
    subprocess.run(commit, cwd=folder, env={**os.environ, **dates}, check=True)
    for name, before, after in EDITS:
        path = example / name
        text = path.read_text(encoding="utf-8")
        assert text.count(before) == 1
        path.write_text(text.replace(before, after), encoding="utf-8")
    return example


def record_debt(example: Path) -> None:
    """Record what the check reports there as known, and show it on a page."""
    command = [sys.executable, "-m", "sphinxext_opsdocs", "baseline", "--all"]
    subprocess.run(command, cwd=example, capture_output=True, check=True)
    title = "Known findings"
    page = f"{title}\n{'=' * len(title)}\n\n.. baseline-debt::\n"
    (example / "reports/debt.rst").write_text(page, encoding="utf-8")


def type_command(name: str, example: Path) -> str:
    """Run a command of ``COMMANDS``; return what stands on the terminal, with what is typed."""
    command, answers = COMMANDS[name]
    done = subprocess.run(
        [sys.executable, "-m", "sphinxext_opsdocs", *command.split()[1:]],
        cwd=example,
        env={**os.environ, "NO_COLOR": "1"},
        input="".join(f"{answer}\n" for answer in answers.values()),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    shown = done.stdout
    for question, answer in answers.items():
        assert shown.count(question) == 1
        shown = shown.replace(question, f"{question}{answer}\n")
    return f"$ {command}\n{shown}"
