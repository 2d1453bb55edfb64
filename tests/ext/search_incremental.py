"""Searches for edits after which an incremental build differs from a clean one.

``python -m tests.ext.search_incremental --examples 500`` draws as many sequences of edits, prints the
seed that repeats them, and ends with the smallest sequence that makes a difference, if any.
"""

from __future__ import annotations

import argparse
import os
import secrets
import sys
import time

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.conftest import TODAY
from tests.ext.edit_sequences import Edit, Setting, check_edits, rounds, settings_of_builds

EVERY = 25


def main() -> int:
    """Search; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=500)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(2**32))
    parser.add_argument("--no-shrink", action="store_true", help="end with the first difference")
    options = parser.parse_args()
    os.environ["SOURCE_DATE_EPOCH"] = TODAY
    command = f"python -m tests.ext.search_incremental --examples {options.examples}"
    print(f"seed {options.seed}; to repeat: {command} --seed {options.seed}", flush=True)
    phases = [Phase.generate] if options.no_shrink else [Phase.generate, Phase.shrink]
    count, start = 0, time.monotonic()

    @seed(options.seed)
    @settings(
        max_examples=options.examples,
        deadline=None,
        database=None,
        derandomize=False,
        phases=phases,
        suppress_health_check=list(HealthCheck),
    )
    @given(settings_of_builds, rounds)
    def search(setting: Setting, edits_by_round: list[list[Edit]]) -> None:
        nonlocal count
        count += 1
        check_edits(setting, edits_by_round)
        if count % EVERY == 0:
            print(f"{count} sequences, {time.monotonic() - start:.0f} s", flush=True)

    try:
        search()
    except AssertionError as error:
        print(error, *getattr(error, "__notes__", ()), sep="\n")
        print(f"an incremental build differs from a clean one (seed {options.seed})")
        return 1
    print(f"{count} sequences of edits, that differ from clean: 0 (seed {options.seed})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
