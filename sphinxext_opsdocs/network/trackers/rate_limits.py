"""How long a server asks its clients to wait."""

from __future__ import annotations

import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

from sphinxext_opsdocs.network.transport import RETRY_STATUSES

__all__ = ["requested_pause"]

FIRST_TIMESTAMP = 1e9
"""A reset above this is a Unix time, one below a number of seconds from now."""
SECONDARY_LIMIT_PAUSE = 60.0
"""Seconds to wait after a refusal that names no time (GitHub's best practices for its REST API)."""


def requested_pause(status: int, headers: Mapping[str, str], body: bytes) -> float | None:
    """Return the seconds that an answer asks to wait; None where it does not."""
    if status not in (403, *RETRY_STATUSES):
        return None
    retry_after = headers.get("Retry-After", "")
    if retry_after:
        return _parse_retry_after(retry_after)
    pause = _seconds_until_reset(headers)
    if pause is not None:
        return pause
    # GitHub's secondary limit differs from a missing permission by the text of the answer alone.
    if status == 403 and b"rate limit" in body[:2000].lower():
        return SECONDARY_LIMIT_PAUSE
    return None


def _parse_retry_after(text: str) -> float | None:
    """Return the seconds from now, given as such or as an HTTP date; None for other text."""
    if text.isdecimal():
        return float(text)
    try:
        return max(parsedate_to_datetime(text).timestamp() - time.time(), 0)
    except ValueError:
        return None


def _seconds_until_reset(headers: Mapping[str, str]) -> float | None:
    """Return when a used-up rate limit starts again; None where none is used up."""
    # GitHub writes the prefix "X-", GitLab does not.
    for prefix in ("X-RateLimit-", "RateLimit-"):
        reset = headers.get(f"{prefix}Reset", "")
        if headers.get(f"{prefix}Remaining") != "0" or not reset.isdecimal():
            continue
        seconds = float(reset)
        if seconds <= FIRST_TIMESTAMP:
            return seconds
        return max(seconds - time.time(), 0)
    return None
