"""Which day it is, read once for a run: given, else SOURCE_DATE_EPOCH, else the clock."""

import os
from datetime import UTC, date, datetime

__all__ = ["today"]


def today(given: str = "") -> date:
    """The day that ages count to. Raises ValueError when a given day or the epoch is none."""
    if given:
        return date.fromisoformat(given)
    if epoch := os.environ.get("SOURCE_DATE_EPOCH"):
        # https://reproducible-builds.org/specs/source-date-epoch/: seconds since 1970, UTC
        return datetime.fromtimestamp(int(epoch), UTC).date()
    return datetime.now(UTC).date()
