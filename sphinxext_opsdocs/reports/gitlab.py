"""Findings as a GitLab code quality report.

https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

from sphinxext_opsdocs.findings.finding import full_message, join_path
from sphinxext_opsdocs.findings.result import CheckResult
from sphinxext_opsdocs.reports.indented_json import indented_json

__all__ = ["render"]

# GitLab has five: info, minor, major, critical and blocker
SEVERITIES = {"error": "major", "warning": "minor", "info": "info"}


def render(result: CheckResult, base: str) -> str:
    """A JSON array, without suppressed and known findings."""
    issues = [
        {
            "description": full_message(finding, base),
            "check_name": f"opsdocs.{finding.rule}",
            "fingerprint": finding.fingerprint,
            "severity": SEVERITIES[finding.severity],
            "location": {
                "path": join_path(base, finding.place.path),
                "lines": {"begin": finding.place.line},
            },
        }
        for finding in result.findings
        if finding.is_reported
    ]
    return indented_json(issues)
