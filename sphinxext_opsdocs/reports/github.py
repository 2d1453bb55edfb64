"""Findings as workflow commands, which GitHub Actions shows beside the lines of a change.

https://docs.github.com/actions/reference/workflow-commands-for-github-actions
"""

from sphinxext_opsdocs.findings.finding import based, sentence
from sphinxext_opsdocs.rules.engine.check import CheckResult

__all__ = ["render"]

LEVELS = {"error": "error", "warning": "warning", "info": "notice"}


def render(result: CheckResult, base: str) -> str:
    """One command a line, without the suppressed findings."""
    return "".join(
        f"::{LEVELS[finding.severity]} file={_property(based(base, finding.place.path))},"
        f"line={finding.place.line},title={_property(f'opsdocs.{finding.rule}')}"
        f"::{_data(sentence(finding, base))}\n"
        for finding in result.findings
        if finding.stands
    )


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
