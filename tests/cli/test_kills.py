"""A command that is killed leaves the old files or the new ones. ``tests.cli.kills`` kills all of them."""

from __future__ import annotations

import random

import pytest

from tests.cli.kills import SCENARIOS, trials

STEP = {"accept": 1, "confirm": 3, "merge": 7, "sync": 7}
"""At each how many-th moment a command is killed here; other commands at every ninth."""


@pytest.mark.parametrize("name", [scenario.name for scenario in SCENARIOS])
def test_killed_command_leaves_old_files_or_new_ones(name: str) -> None:
    with trials((name,)) as prepared:
        for trial in prepared:
            moments = [*trial.every_call()][:: STEP.get(name, 9)]
            moments += trial.random_moments(random.Random(name), 1)
            assert list(filter(None, map(trial.kill_at, moments))) == []
