"""Ages of deviations and reviews on a day, against their limits."""

from __future__ import annotations

from datetime import date

from sphinxext_opsdocs.config.schema import Config
from sphinxext_opsdocs.facts.model import Deviation
from sphinxext_opsdocs.graph.nodes import GovernedDocument

__all__ = ["days_between", "days_open", "days_to_review", "days_to_verification", "is_past_limit"]


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


def days_to_review(document: GovernedDocument, today: date) -> int | None:
    """Return days until the next review, negative if overdue; None if none is due."""
    return _days_left(document.review_interval, document.header.last_reviewed, today)


def days_to_verification(document: GovernedDocument, today: date) -> int | None:
    """Return days until the next drill, negative if overdue; None if none is due."""
    return _days_left(document.verification_interval, document.last_verified, today)


def _days_left(interval: int, last: str, today: date) -> int | None:
    age = days_between(last, today.isoformat())
    if not interval or age is None:
        return None
    return interval - age
