"""A history of real pages in git, and what a review of each commit finds.

What is expected was written down by hand, from the documentation alone, before a review of these
commits was run: ``replay/expected.toml``.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.commands import git, run
from tests.review.replay.history import COMMITS, base

pytestmark = pytest.mark.slow

EXPECTED = tomllib.loads(
    Path(__file__).with_name("replay").joinpath("expected.toml").read_text(encoding="utf-8")
)["commit"]


@pytest.fixture(scope="module")
def found(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Sequence[Sequence[str]]:
    """The findings of each commit against the one before: rule and page, sorted."""
    root = tmp_path_factory.mktemp("replay")
    (root / "docs").mkdir()
    tree = base(root / "docs", corpus)
    git(root, "init", "-q", "-b", "main")
    git(root, "config", "core.autocrlf", "false")
    results: list[Sequence[str]] = []
    for title, edit in [("base", None), *((c.title, c.edit) for c in COMMITS)]:
        if edit:
            edit(tree)
        git(root, "add", "-A")
        git(root, "commit", "-q", "-m", title)
        if edit:
            done = run(
                "review", "HEAD~1", "-s", root / "docs", "--format", "json", "--today", "2026-11-25"
            )
            assert done.exit_code in (0, 1), done.output
            findings = json.loads(done.stdout)["findings"]
            results.append(sorted(f"{f['rule']} {f['docname']}".strip() for f in findings))
    return results


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda row: f"{row['number']}: {row['title']}")
def test_commit(found: Sequence[Sequence[str]], expected: Mapping[str, Any]) -> None:
    told = [
        row.partition(" ")[0] + " *"
        if f"{row.partition(' ')[0]} *" in expected["findings"]
        else row
        for row in found[expected["number"] - 1]
    ]
    assert told == sorted(expected["findings"]), expected["why"]


def test_history_is_the_one_that_was_judged() -> None:
    assert [(row["number"], row["title"]) for row in EXPECTED] == [
        (number, commit.title) for number, commit in enumerate(COMMITS, 1)
    ]
    assert len(COMMITS) >= 60


def test_formatting_is_never_reported(found: Sequence[Sequence[str]]) -> None:
    rows = [
        (commit.title, findings)
        for commit, findings in zip(COMMITS, found, strict=True)
        if commit.kind == "formatting"
    ]
    assert len(rows) >= 16
    assert [row for row in rows if row[1]] == []
