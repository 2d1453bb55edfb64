"""Findings as Sphinx writes its warnings: ``path:line: LEVEL: message [opsdocs.rule]``."""

from sphinxext_opsdocs.findings.finding import based, sentence
from sphinxext_opsdocs.rules.engine.check import CheckResult

__all__ = ["render"]


def render(result: CheckResult, base: str) -> str:
    """One finding a line, without the suppressed ones."""
    return "".join(
        f"{based(base, finding.place.path)}:{finding.place.line}: {finding.severity.upper()}: "
        f"{sentence(finding, base)} [opsdocs.{finding.rule}]\n"
        for finding in result.findings
        if finding.stands
    )
