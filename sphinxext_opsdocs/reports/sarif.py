"""Findings as SARIF 2.1.0, the OASIS standard that code hosts show on pull requests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

import msgspec

from sphinxext_opsdocs.facts.model import Place
from sphinxext_opsdocs.findings.finding import Finding, based
from sphinxext_opsdocs.rules import RULES, Rule
from sphinxext_opsdocs.rules.engine.check import CheckResult
from sphinxext_opsdocs.version import __version__

__all__ = ["DOCUMENTATION", "location", "log", "render"]

DOCUMENTATION = "https://sphinxext-opsdocs.readthedocs.io"
LEVELS = {"error": "error", "warning": "warning", "info": "note", "off": "none"}


def render(result: CheckResult, base: str) -> str:
    """One run. Suppressed and known findings are marked, not dropped (SARIF 3.27.23, 3.27.24)."""
    numbers = {rule.name: number for number, rule in enumerate(RULES)}
    found, has_baseline = result.findings, result.has_baseline
    results = [_result(f, numbers[f.rule], base, has_baseline) for f in found]
    return log([_rule(rule) for rule in RULES], results)


def log(rules: Sequence[dict[str, Any]], results: Sequence[dict[str, Any]]) -> str:
    """A log with one run, of these ``reportingDescriptor`` and ``result`` objects."""
    run = {
        "tool": {
            "driver": {
                "name": "opsdocs",
                "version": __version__,
                "informationUri": DOCUMENTATION,
                "rules": rules,
            }
        },
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    written = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [run],
    }
    return msgspec.json.format(msgspec.json.encode(written), indent=1).decode("utf-8") + "\n"


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.name,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": rule.explanation},
        "helpUri": f"{DOCUMENTATION}/reference/rules/{rule.name}.html",
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
        "properties": {"tags": list(rule.clauses)},
    }


def _result(finding: Finding, index: int, base: str, has_baseline: bool) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": LEVELS[finding.severity],
        "message": {"text": finding.message},
        "locations": [location(finding.place, base)],
        "partialFingerprints": {"opsdocs/v1": finding.fingerprint},
    }
    if finding.related:
        result["relatedLocations"] = [
            {**location(other.place, base), "id": number, "message": {"text": other.message}}
            for number, other in enumerate(finding.related, 1)
        ]
    if has_baseline:
        result["baselineState"] = "unchanged" if finding.known_since else "new"
    if finding.suppressed:
        result["suppressions"] = [{"kind": "inSource", "justification": finding.suppressed}]
    return result


def location(place: Place, base: str) -> dict[str, Any]:
    """A ``location`` object; paths are relative to the repository."""
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(based(base, place.path))},
            "region": {"startLine": place.line},
        }
    }
