"""The result of a check: all findings, and how often each rule could have fired."""

from collections import Counter
from collections.abc import Iterable

from msgspec import Struct

from sphinxext_opsdocs.findings.finding import Finding

__all__ = ["CheckResult", "Reach", "counts"]


class Reach(Struct, frozen=True):
    """On how many places a rule could have fired, and on how many it did."""

    rule: str
    places: int
    fired: int


class CheckResult(Struct, frozen=True):
    """Findings sorted by place, suppressed ones and those of the baseline included, and the reach
    of every rule in the order of the rules."""

    findings: tuple[Finding, ...]
    reach: tuple[Reach, ...]
    has_baseline: bool = False
    """Whether findings of the baseline were separated from new ones."""
    pages: int = 0
    """All pages of the project."""
    governed: int = 0
    """Those with a header or in a governed folder."""


def counts(findings: Iterable[Finding]) -> dict[str, int]:
    """Findings that stand, by severity, worst first."""
    numbers = Counter(finding.severity for finding in findings if finding.is_reported)
    return {severity: numbers[severity] for severity in ("error", "warning", "info")}
