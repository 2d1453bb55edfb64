"""Findings as a GitLab code quality report.

https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

import msgspec

from sphinxext_opsdocs.findings.finding import based, sentence
from sphinxext_opsdocs.rules.engine.check import CheckResult

__all__ = ["render"]

SEVERITIES = {"error": "major", "warning": "minor", "info": "info"}


def render(result: CheckResult, base: str) -> str:
    """A JSON array, without the suppressed findings."""
    issues = [
        {
            "description": sentence(finding, base),
            "check_name": f"opsdocs.{finding.rule}",
            "fingerprint": finding.fingerprint,
            "severity": SEVERITIES[finding.severity],
            "location": {
                "path": based(base, finding.place.path),
                "lines": {"begin": finding.place.line},
            },
        }
        for finding in result.findings
        if finding.stands
    ]
    return msgspec.json.format(msgspec.json.encode(issues), indent=1).decode("utf-8") + "\n"
