"""Parsers for single values: lists, dates, intervals and quoted text."""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date

__all__ = ["find_repeated", "parse_date", "parse_interval", "split_list", "unquote"]

DAYS = {"": 1, "d": 1, "day": 1, "w": 7, "week": 7, "m": 30, "month": 30, "y": 365, "year": 365}


def split_list(text: str) -> tuple[str, ...]:
    """Return the parts between commas, without the white space around them and empty parts."""
    # the list [a, b] of YAML arrives as JSON text
    if text.startswith("[") and text.endswith("]"):
        text = text[1:-1]
    return tuple(value for part in text.split(",") if (value := unquote(part.strip())))


def find_repeated(values: Sequence[str]) -> list[str]:
    """Return each value that is given more than once."""
    return [value for value, number in Counter(values).items() if number > 1]


def parse_date(text: str) -> str:
    """Return the date unchanged. Raises ValueError, whose message continues the field's name."""
    # date.fromisoformat alone also accepts 20261102 and 2026-W45-1
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise ValueError(f'must be a date such as 2026-11-02, not "{text}"')
    try:
        date.fromisoformat(text)
    except ValueError:
        raise ValueError(f'must be a day of the calendar, not "{text}"') from None
    return text


def parse_interval(text: str) -> int:
    """Return the days of "90", "90 days", "6 months" or "1 year". Raises ValueError.

    A month has 30 days, and a year 365.
    """
    match = re.fullmatch(r"([0-9]{1,5})\s*([a-z]*)", text.strip().lower())
    if match:
        number, unit = match.groups()
        if len(unit) > 1:
            unit = unit.removesuffix("s")
        if unit in DAYS:
            return int(number) * DAYS[unit]
    raise ValueError(f'must be an interval such as "90 days", "6 months" or "1 year", not "{text}"')


def unquote(text: str) -> str:
    """Return the text without one pair of quotes around it."""
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        return text[1:-1]
    return text
