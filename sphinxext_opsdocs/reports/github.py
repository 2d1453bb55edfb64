"""Findings as workflow commands, which GitHub Actions shows beside the lines of a change.

https://docs.github.com/actions/reference/workflow-commands-for-github-actions
"""

from sphinxext_opsdocs.findings.finding import full_message, join_path, printable
from sphinxext_opsdocs.findings.result import CheckResult

__all__ = ["render"]

LEVELS = {"error": "error", "warning": "warning", "info": "notice"}
"""Worst first: GitHub shows ten annotations of each level for a step, and the rest in its log."""


def render(result: CheckResult, base: str) -> str:
    """One command per line, the worst first, without suppressed and known findings."""
    worst_first = sorted(result.findings, key=lambda finding: list(LEVELS).index(finding.severity))
    return "".join(
        f"::{LEVELS[finding.severity]} file={_property(join_path(base, finding.place.path))},"
        f"line={finding.place.line},title={_property(f'opsdocs.{finding.rule}')}"
        f"::{_data(full_message(finding, base))}\n"
        for finding in worst_first
        if finding.is_reported
    )


def _data(text: str) -> str:
    # the escapes of @actions/core; a line break would end the command
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return printable(text)


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
