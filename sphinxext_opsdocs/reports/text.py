"""Findings as Sphinx writes its warnings: ``path:line: LEVEL: message [opsdocs.rule]``."""

from sphinxext_opsdocs.findings.finding import Finding, full_message, join_path, printable
from sphinxext_opsdocs.findings.result import CheckResult

__all__ = ["render"]


def render(result: CheckResult, base: str) -> str:
    """One finding per line, without suppressed and known ones."""
    return "".join(
        f"{printable(_line(finding, base))}\n" for finding in result.findings if finding.is_reported
    )


def _line(finding: Finding, base: str) -> str:
    # the problem matcher in the documentation parses these lines
    place = f"{join_path(base, finding.place.path)}:{finding.place.line}"
    message = full_message(finding, base)
    return f"{place}: {finding.severity.upper()}: {message} [opsdocs.{finding.rule}]"
