"""Today's date for a run: the given day, else SOURCE_DATE_EPOCH, else the clock."""

import os
from datetime import UTC, date, datetime

__all__ = ["today"]


def today(given: str = "") -> date:
    """Return the day that ages are counted to. Raises ValueError for an invalid day or epoch."""
    if given:
        return date.fromisoformat(given)
    if epoch := os.environ.get("SOURCE_DATE_EPOCH"):
        # https://reproducible-builds.org/specs/source-date-epoch/: seconds since 1970, UTC
        return datetime.fromtimestamp(int(epoch), UTC).date()
    return datetime.now(UTC).date()
