"""Findings as Sphinx writes its warnings: ``path:line: LEVEL: message [opsdocs.rule]``."""

from sphinxext_opsdocs.checker import CheckResult
from sphinxext_opsdocs.findings import based, sentence

__all__ = ["render"]


def render(result: CheckResult, base: str) -> str:
    """One finding a line, without the suppressed ones."""
    return "".join(
        f"{based(base, finding.place.path)}:{finding.place.line}: {finding.severity.upper()}: "
        f"{_one_line(sentence(finding, base))} [opsdocs.{finding.rule}]\n"
        for finding in result.findings
        if not finding.suppressed
    )


def _one_line(text: str) -> str:
    """Control characters escaped: a document must not steer the reader's terminal."""
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)
