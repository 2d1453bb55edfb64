"""Findings as SARIF 2.1.0, the OASIS standard that code hosts show on pull requests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from sphinxext_opsdocs.facts.model import Place
from sphinxext_opsdocs.findings.finding import Finding, join_path
from sphinxext_opsdocs.findings.result import CheckResult
from sphinxext_opsdocs.reports.indented_json import indented_json
from sphinxext_opsdocs.rules import RULES, Rule
from sphinxext_opsdocs.version import __version__

__all__ = ["LEVELS", "examples_of", "location", "render", "render_log", "rule_descriptor"]

LEVELS = {"error": "error", "warning": "warning", "info": "note", "off": "none"}


def render(result: CheckResult, base: str) -> str:
    """One run with all findings, also those that are suppressed or in the baseline."""
    indexes = {rule.name: index for index, rule in enumerate(RULES)}
    results = [
        _result(finding, indexes[finding.rule], base, result.has_baseline)
        for finding in result.findings
    ]
    return render_log([rule_descriptor(rule) for rule in RULES], results)


def render_log(
    rules: Sequence[dict[str, Any]],
    results: Sequence[dict[str, Any]],
    further: Mapping[str, Any] | None = None,
) -> str:
    """A log with one run, from its ``reportingDescriptor`` and ``result`` objects.

    ``further`` are other properties of the run.
    """
    run = {
        "tool": {
            "driver": {
                "name": "opsdocs",
                "version": __version__,
                "rules": rules,
            }
        },
        "columnKind": "unicodeCodePoints",  # as Python counts; the default would be UTF-16
        **(further or {}),
        "results": results,
    }
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [run],
    }
    return indented_json(log)


def rule_descriptor(rule: Rule) -> dict[str, Any]:
    """A ``reportingDescriptor`` object."""
    return {
        "id": rule.name,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": rule.explanation},
        "help": {"text": f"{rule.why} {examples_of(rule)}"},
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
        "properties": {"tags": list(rule.clauses)},
    }


def examples_of(rule: Rule) -> str:
    """Where a reader finds examples of a rule."""
    return f"`opsdocs explain {rule.name}` shows what to write instead."


def _result(finding: Finding, index: int, base: str, has_baseline: bool) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": LEVELS[finding.severity],
        "message": {"text": finding.message},
        "locations": [location(finding.place, base)],
        # with a version in the name, so that another algorithm can be added beside it
        "partialFingerprints": {"opsdocs/v1": finding.fingerprint},
        "properties": {"confidence": finding.confidence},
    }
    if finding.related:
        result["relatedLocations"] = [
            {**location(other.place, base), "id": number, "message": {"text": other.message}}
            for number, other in enumerate(finding.related, 1)
        ]
    # known and suppressed results are marked, not left out (sections 3.27.24 and 3.27.23)
    if has_baseline:
        result["baselineState"] = "new"
        if finding.baseline_date:
            result["baselineState"] = "unchanged"
    if finding.suppressed:
        result["suppressions"] = [{"kind": "inSource", "justification": finding.suppressed}]
    return result


def location(place: Place, base: str) -> dict[str, Any]:
    """A ``location`` object; its path is relative to the repository, as code hosts expect."""
    return {
        "physicalLocation": {
            # a URI reference: a path may contain spaces
            "artifactLocation": {"uri": quote(join_path(base, place.path))},
            "region": {"startLine": place.line},
        }
    }
