"""The severities of a team, which come from the table of age limits, the worst first."""

from __future__ import annotations

from sphinxext_opsdocs.config.schema import Config
from sphinxext_opsdocs.facts.model import Deviation
from sphinxext_opsdocs.reports.blocks import Part, badge

__all__ = ["severity_badge", "severity_order", "severity_tone"]

TONES = ("critical", "major", "minor")
"""How the worst severity looks, the next one, and all others."""


def severity_order(config: Config, deviation: Deviation) -> tuple[bool, int, str, str]:
    """Sorts deviations: open ones first, of these the worst, of these the oldest."""
    ranks = list(config.deviations.age_limits)
    rank = len(ranks)
    if deviation.severity in ranks:
        rank = ranks.index(deviation.severity)
    return deviation.state == "resolved", rank, deviation.observed, deviation.id


def severity_badge(config: Config, severity: str) -> Part:
    """The severity as a badge, which looks as bad as it is."""
    return badge(severity, severity_tone(config, severity))


def severity_tone(config: Config, severity: str) -> str:
    """The word that the look of a severity comes from."""
    ranks = list(config.deviations.age_limits)
    rank = ranks.index(severity) if severity in ranks else len(TONES)
    return TONES[min(rank, len(TONES) - 1)]
