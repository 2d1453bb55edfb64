"""The tutorial does what it says, word for word."""

from __future__ import annotations

from pathlib import Path

from tests.docs.followed import TUTORIAL, follow


def test_every_command_prints_what_the_tutorial_says(tmp_path: Path) -> None:
    typed = list(follow(TUTORIAL, tmp_path))
    assert len(typed) >= 8
    for step in typed:
        assert sorted(step.printed.splitlines()) == sorted(step.said.splitlines()), step.command
