"""The example company in the middle of a change: what commands print there, and what pages show."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from tests.commands import ROOT, git

SHOWN = ROOT / "docs/_static"
"""Has what each command prints, as NAME.txt."""
SPECIFICATION, RUNBOOK = "specs/api/http-contract.rst", "ops/runbooks/drain-gateway.rst"
EDITS = (
    (SPECIFICATION, "of seconds from 1 to 32.", "of seconds from 1 to 64."),
    (RUNBOOK, "for 10 minutes at most:", "for 15 minutes at most:"),
)
"""A file, what stands there, and what somebody writes in its place."""
A_RULE = (
    (
        "ops/runbooks/stuck-orders.md",
        "of each state are in",
        "of each state are few, and clients must send a token with each request. They are in",
    ),
)
"""A sentence that only a specification may say."""
A_SLIP = (("opsdocs.toml", "show_dependents = true", 'show_dependents = "yes"'),)


class Sample(NamedTuple):
    """What somebody types in the example company, and sees."""

    lines: tuple[str, ...]
    """Typed one after another."""
    answers: Mapping[str, str] = {}
    """To each question."""
    edits: Sequence[tuple[str, str, str]] = ()
    example: str = "acme"
    """The one that it is typed in."""
    without_header: str = ""
    """A page that has no header yet."""


SAMPLES = {
    "check": Sample(("opsdocs check",), edits=EDITS),
    "review": Sample(("opsdocs review",), edits=EDITS),
    "review-summary": Sample(("opsdocs review --format markdown",), edits=EDITS),
    "accept": Sample(
        ("opsdocs accept ops/environments/eu-1",),
        {"Is the page still correct? [y/N]: ": "y", "Why: ": "the page names no number of seconds"},
        EDITS,
    ),
    "adopt": Sample(("opsdocs adopt",), without_header="ops/runbooks/stuck-orders.md"),
    "boundary": Sample(("opsdocs check",), edits=A_RULE),
    "change": Sample(
        (
            'opsdocs change ops/runbooks/drain-gateway --reviewed --why "a slow drain needs longer"'
            ' --what "15 minutes instead of 10"',
            "git diff -U1 ops/runbooks/drain-gateway.rst",
        ),
        edits=EDITS[1:],
    ),
    "configuration": Sample(("opsdocs check",), edits=A_SLIP),
    "alert-findings": Sample(
        ("opsdocs check 2> /dev/null | grep rules/gateway.yml",), example="faults"
    ),
    "fix": Sample(("opsdocs fix 2> /dev/null | head -12",), example="faults"),
    "reach": Sample(
        ("opsdocs check --reach 2>&1 | grep -E '^(rule|normative|copied|intent|workaround_outside)[a-z_]* '",),
        example="faults",
    ),
    "faults": Sample(("opsdocs check 2> /dev/null",), example="faults"),
    "draft": Sample(("opsdocs issues draft DEV-0001",)),
    "explain": Sample(("opsdocs explain deviation_without_issue --syntax myst | head -20",)),
    "github": Sample(("opsdocs check --format github",), edits=EDITS),
    "impact": Sample(("opsdocs impact data:order-states",)),
    "metrics": Sample(("opsdocs metrics | grep deviations_open",)),
    "new": Sample(("opsdocs new runbook ops/runbooks/slow-checkout.md --owner team-web",
                   "head -24 ops/runbooks/slow-checkout.md")),
    "on-call": Sample(("opsdocs on-call OrdersStuck", "opsdocs on-call OrdersDbPrimaryDown")),
    "remind": Sample(("opsdocs remind --format markdown --today 2027-01-20",)),
    "resolve": Sample(
        ("opsdocs deviations resolve DEV-0006", "git diff -U1 ops/deploy/storefront.md")
    ),
    "tags": Sample(("opsdocs completions --format tags | grep rate-limits",)),
    "verified": Sample(
        (
            "opsdocs verified ops/runbooks/drain-gateway --kind drill --result failed"
            " --environment eu-1 --issue API-1250",
            "git diff -U1 ops/runbooks/drain-gateway.rst",
        )
    ),
}  # fmt: skip
"""By name."""
DAY = "2026-11-20T12:00:00Z"


def change_example(
    folder: Path, edits: Sequence[tuple[str, str, str]] = EDITS, name: str = "acme"
) -> Path:
    """Copy an example into a repository of its own, and edit it there; return its folder."""
    example = folder / f"examples/{name}"
    shutil.copytree(ROOT / f"examples/{name}", example, ignore=shutil.ignore_patterns(".opsdocs*"))
    git(folder, "init", "-q", "-b", "main")
    git(folder, "config", "user.name", "Jo Doe")
    git(folder, "config", "user.email", "jo@acme.example")
    git(folder, "add", "-A")
    dates = {"GIT_AUTHOR_DATE": DAY, "GIT_COMMITTER_DATE": DAY}
    commit = ["git", "commit", "-q", "-m", "The example"]
    subprocess.run(commit, cwd=folder, env={**os.environ, **dates}, check=True)
    for name, before, after in edits:
        path = example / name
        text = path.read_text(encoding="utf-8")
        assert text.count(before) == 1
        path.write_text(text.replace(before, after), encoding="utf-8")
    return example


def change_platform(folder: Path) -> Path:
    """Copy the example's platform, and say something else there; return its folder."""
    shutil.copytree(ROOT / "examples/platform", folder, ignore=shutil.ignore_patterns("_build"))
    path = folder / "nodes.rst"
    path.write_text(path.read_text(encoding="utf-8") + "\nA drain is announced a day before.\n")
    return folder


def record_debt(example: Path) -> None:
    """Record what the check reports there as known, and show it on a page."""
    command = [
        sys.executable,
        "-m",
        "sphinxext_opsdocs",
        "baseline",
        "--all",
        "--today",
        "2026-11-02",
    ]
    subprocess.run(command, cwd=example, capture_output=True, check=True)
    title = "Known findings"
    page = f"{title}\n{'=' * len(title)}\n\n.. baseline-debt::\n"
    (example / "reports/debt.rst").write_text(page, encoding="utf-8")


def type_sample(name: str, folder: Path) -> str:
    """Type a sample in an empty folder; return what stands on the terminal, with what is typed."""
    sample = SAMPLES[name]
    example = change_example(folder, sample.edits, sample.example)
    if sample.without_header:
        page = example / sample.without_header
        page.write_text(page.read_text(encoding="utf-8").split("---\n", 2)[2], encoding="utf-8")
    return "\n".join(_type(line, sample.answers, example) for line in sample.lines)


def _type(line: str, answers: Mapping[str, str], example: Path) -> str:
    scripts = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        line,
        shell=True,
        cwd=example,
        env={**os.environ, "PATH": scripts, "NO_COLOR": "1"},
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
    return f"$ {line}\n{shown}"
