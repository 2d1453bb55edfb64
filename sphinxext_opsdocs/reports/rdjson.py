"""Findings as rdjson, which reviewdog posts on pull requests of many hosts.

https://github.com/reviewdog/reviewdog/tree/master/proto/rdf
"""

from __future__ import annotations

from sphinxext_opsdocs.findings.finding import join_path
from sphinxext_opsdocs.findings.result import CheckResult
from sphinxext_opsdocs.reports.indented_json import indented_json

__all__ = ["render"]

SEVERITIES = {"error": "ERROR", "warning": "WARNING", "info": "INFO"}


def render(result: CheckResult, base: str) -> str:
    """One ``DiagnosticResult``, without suppressed and known findings."""
    diagnostics = [
        {
            "message": finding.message,
            "location": _location(base, finding.place.path, finding.place.line),
            "severity": SEVERITIES[finding.severity],
            "code": {"value": finding.rule},
            "relatedLocations": [
                {
                    "message": other.message,
                    "location": _location(base, other.place.path, other.place.line),
                }
                for other in finding.related
            ],
        }
        for finding in result.findings
        if finding.is_reported
    ]
    output = {"source": {"name": "opsdocs"}, "diagnostics": diagnostics}
    return indented_json(output)


def _location(base: str, path: str, line: int) -> dict[str, object]:
    return {"path": join_path(base, path), "range": {"start": {"line": line}}}
