"""A command that is killed leaves the old files or the new ones. ``tests.kills`` kills all of them."""

from __future__ import annotations

import random

import pytest

from tests.kills import SCENARIOS, trials

EVERY_CALL = ("accept", "confirm")
"""Commands that are killed at all of their calls here, the others at every fifth."""


@pytest.mark.parametrize("name", [scenario.name for scenario in SCENARIOS])
def test_killed_command_leaves_old_files_or_new_ones(name: str) -> None:
    with trials((name,)) as prepared:
        for trial in prepared:
            moments = [*trial.every_call()][:: 1 if name in EVERY_CALL else 5]
            moments += trial.random_moments(random.Random(name), 2)
            assert list(filter(None, map(trial.kill_at, moments))) == []
