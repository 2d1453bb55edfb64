"""Ages of deviations and reviews on a day, against their limits."""

from __future__ import annotations

from datetime import date, timedelta

from sphinxext_opsdocs.config.schema import Config
from sphinxext_opsdocs.facts.model import Deviation
from sphinxext_opsdocs.graph.nodes import GovernedDocument

__all__ = [
    "days_between",
    "days_open",
    "days_to_review",
    "days_to_verification",
    "is_past_limit",
    "later_day",
    "review_due",
    "verification_due",
]


def days_between(first: str, last: str) -> int | None:
    """Return whole days between two ISO dates; None if one is missing."""
    if not first or not last:
        return None
    return (date.fromisoformat(last) - date.fromisoformat(first)).days


def days_open(deviation: Deviation, today: date) -> int | None:
    """Return the days since a deviation was observed; None if that date is missing."""
    return days_between(deviation.observed, today.isoformat())


def is_past_limit(config: Config, deviation: Deviation, today: date) -> bool:
    """Return whether a deviation has been open for longer than its severity allows."""
    # no limit where the severity is no longer one of the configuration; 0 is a limit
    limit = config.deviations.age_limits.get(deviation.severity)
    age = days_open(deviation, today)
    return deviation.state == "open" and limit is not None and age is not None and age > limit


def review_due(document: GovernedDocument) -> str:
    """Return the day of the next review, ISO 8601; empty if none is due."""
    return _after(document.header.last_reviewed, document.review_interval)


def verification_due(document: GovernedDocument) -> str:
    """Return the day of the next drill, ISO 8601; empty if none is due, or none was ever done.

    Where no drill has passed yet, that is the day of the last one.
    """
    interval, record = document.verification_interval, document.last_record
    if interval and record and not document.last_verified:
        return record.date
    return _after(document.last_verified, interval)


def days_to_review(document: GovernedDocument, today: date) -> int | None:
    """Return days until the next review, negative if overdue; None if none is due."""
    return days_between(today.isoformat(), review_due(document))


def days_to_verification(document: GovernedDocument, today: date) -> int | None:
    """Return days until the next drill, negative if overdue; None if none is due."""
    return days_between(today.isoformat(), verification_due(document))


def later_day(day: str, days: int) -> str:
    """Return an ISO date a number of days later; empty where the calendar ends before it."""
    try:
        return (date.fromisoformat(day) + timedelta(days=days)).isoformat()
    except OverflowError:  # an interval of thousands of years
        return ""


def _after(last: str, interval: int) -> str:
    return later_day(last, interval) if last and interval else ""
