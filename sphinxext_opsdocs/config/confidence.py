"""How likely a finding on prose is right, apart from how much it would matter."""

from collections.abc import Iterable
from typing import Literal

__all__ = ["CONFIDENCES", "Confidence", "is_enough", "least_sure", "surest"]

Confidence = Literal["high", "medium", "low"]
CONFIDENCES: tuple[Confidence, ...] = ("high", "medium", "low")
"""Surest first."""


def is_enough(confidence: Confidence, least: Confidence) -> bool:
    """Return whether a confidence is at least another."""
    return CONFIDENCES.index(confidence) <= CONFIDENCES.index(least)


def least_sure(one: Confidence, other: Confidence) -> Confidence:
    """Return the lower of two confidences."""
    return other if is_enough(one, other) else one


def surest(confidences: Iterable[Confidence]) -> Confidence | None:
    """Return the highest of several confidences; None without any."""
    return min(confidences, key=CONFIDENCES.index, default=None)
