"""Ids of new deviations."""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = ["next_id"]

NUMBERED = re.compile(r"(?P<prefix>.*?)(?P<number>\d+)")
FIRST_ID = "DEV-0001"


def next_id(ids: Iterable[str]) -> str:
    """Return the id after the highest of those with the most common prefix; DEV-0001 for none."""
    numbers: dict[str, list[str]] = {}
    for name in ids:
        if match := NUMBERED.fullmatch(name):
            numbers.setdefault(match["prefix"], []).append(match["number"])
    if not numbers:
        return FIRST_ID
    prefix = max(numbers, key=lambda each: len(numbers[each]))
    highest = max(numbers[prefix], key=int)
    return f"{prefix}{int(highest) + 1:0{len(highest)}}"
