"""Single values as writers type them: lists, dates, intervals, quoted text."""

import re
from datetime import date

__all__ = ["parse_date", "parse_interval", "split_list", "unquoted"]

DAYS = {"d": 1, "day": 1, "w": 7, "week": 7, "m": 30, "month": 30, "y": 365, "year": 365}


def split_list(text: str) -> tuple[str, ...]:
    """The parts between commas, without white space and empty parts; a JSON-like list works too."""
    inner = text[1:-1] if text.startswith("[") and text.endswith("]") else text
    return tuple(part for raw in inner.split(",") if (part := unquoted(raw.strip())))


def parse_date(text: str) -> str:
    """The same date; raises ValueError with what is allowed when it is none."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise ValueError(f'"{text}" is no date, write it as 2026-11-02')
    try:
        date.fromisoformat(text)
    except ValueError:
        raise ValueError(f'"{text}" is no day of the calendar') from None
    return text


def parse_interval(text: str) -> int:
    """Days of "90", "90 days", "6 months" (of 30 days) or "1 year" (of 365); else ValueError."""
    match = re.fullmatch(r"([0-9]{1,5})\s*([a-z]*)", text.strip().lower())
    unit = (match[2] if len(match[2]) == 1 else match[2].removesuffix("s")) if match else ""
    if not match or (unit and unit not in DAYS):
        raise ValueError(f'"{text}" is no interval, write it as "90 days", "6 months" or "1 year"')
    return int(match[1]) * DAYS.get(unit, 1)


def unquoted(text: str) -> str:
    """The text without one pair of quotes around it."""
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        return text[1:-1]
    return text
