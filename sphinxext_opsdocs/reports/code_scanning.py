"""SARIF as GitHub's code scanning reads it: a subset of the standard, with limits of its own.

https://docs.github.com/code-security/reference/code-scanning/sarif-files/sarif-support
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from sphinxext_opsdocs.facts.model import Place
from sphinxext_opsdocs.findings.finding import Finding, counted_noun, join_path
from sphinxext_opsdocs.findings.result import CheckResult
from sphinxext_opsdocs.reports.sarif import (
    LEVELS,
    examples_of,
    location,
    render_log,
    rule_descriptor,
)
from sphinxext_opsdocs.rules import RULES, Rule

__all__ = ["SourceLines", "render_code_scanning"]

MOST_RESULTS = 25_000
"""A file with more is refused."""
LONGEST_TEXT, LONGEST_NAME = 1024, 255
"""Characters of the descriptions of a rule, and of its name."""
PRECISION = "very-high"
"""Of a rule that compares facts. How often those that judge prose are right, no figure says yet."""
PROBLEM_SEVERITY = {"error": "error", "warning": "warning", "info": "recommendation"}
SEVERITIES = ("error", "warning", "info")
"""Worst first."""
MARKUP = re.compile(r"([\[\]\\])")
"""What would be a link in a message."""

ReadLine = Callable[[Place], str]
"""Returns the line of a file, without its end; empty where it cannot be read."""


class SourceLines:
    """Reads lines of source files, each file once."""

    def __init__(self, srcdir: Path) -> None:
        self._srcdir = srcdir
        self._files: dict[str, Sequence[str]] = {}

    def __call__(self, place: Place) -> str:
        """Return the line at a place; empty where there is none."""
        if place.path not in self._files:
            self._files[place.path] = self._read(place.path)
        lines = self._files[place.path]
        return lines[place.line - 1] if 0 < place.line <= len(lines) else ""

    def _read(self, path: str) -> Sequence[str]:
        try:
            text = Path(self._srcdir, path).read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ()
        return text.split("\n")


def render_code_scanning(
    result: CheckResult, base: str, category: str, read_line: ReadLine
) -> tuple[str, str]:
    """Return the log, and a sentence on findings that it has no room for, if there are any.

    It contains what a check fails on: suppressed and known findings would be open alerts.
    ``category`` tells several uploads for one commit apart.
    """
    indexes = {rule.name: index for index, rule in enumerate(RULES)}
    reported = sorted(
        (finding for finding in result.findings if finding.is_reported),
        key=lambda finding: SEVERITIES.index(finding.severity),
    )
    shown, left = reported[:MOST_RESULTS], reported[MOST_RESULTS:]
    results = [_result(finding, indexes[finding.rule], base, read_line) for finding in shown]
    details: dict[str, Any] = {"automationDetails": {"id": f"{category}/"}}
    note = ""
    if left:
        note = (
            f"{counted_noun(len(left), 'finding')} left out: code scanning takes "
            f"{MOST_RESULTS:,} results, and those that matter most are among them"
        )
        notification = {"level": "warning", "message": {"text": note}}
        details["invocations"] = [
            {"executionSuccessful": True, "toolExecutionNotifications": [notification]}
        ]
    return render_log([_rule(rule) for rule in RULES], results, details), note


def _rule(rule: Rule) -> dict[str, Any]:
    descriptor = rule_descriptor(rule)
    properties = {
        **descriptor["properties"],
        "problem.severity": PROBLEM_SEVERITY.get(rule.severity, "recommendation"),
    }
    if not rule.judges_prose:
        properties["precision"] = PRECISION
    return {
        **descriptor,
        "name": rule.name[:LONGEST_NAME],
        "shortDescription": {"text": rule.summary[:LONGEST_TEXT]},
        "fullDescription": {"text": rule.explanation[:LONGEST_TEXT]},
        "help": {
            "text": f"{rule.explanation}\n\n{rule.why}\n\n{examples_of(rule)}",
            "markdown": f"{_markdown(rule.explanation)}\n\n{_markdown(rule.why)}\n\n"
            f"{examples_of(rule)}",
        },
        "properties": properties,
    }


def _markdown(text: str) -> str:
    return text.replace("``", "`")


def _result(finding: Finding, index: int, base: str, read_line: ReadLine) -> dict[str, Any]:
    message = _plain(finding.message)
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": LEVELS[finding.severity],
        "locations": [_location(finding.place, base, read_line)],
        # the only key that is used; any other text than a hash of the line will do
        "partialFingerprints": {"primaryLocationLineHash": finding.fingerprint},
        "properties": {"confidence": finding.confidence},
    }
    if finding.related:
        links = (f"[{_plain(other.message)}]({n})" for n, other in enumerate(finding.related, 1))
        message += f" ({', '.join(links)})"
        result["relatedLocations"] = [
            {
                **_location(other.place, base, read_line),
                "id": number,
                "message": {"text": other.message},
            }
            for number, other in enumerate(finding.related, 1)
        ]
    return {**result, "message": {"text": message}}


def _plain(text: str) -> str:
    return MARKUP.sub(r"\\\1", text)


def _location(place: Place, base: str, read_line: ReadLine) -> dict[str, Any]:
    """A location with its whole line; one outside of the repository is that of its last part."""
    path = join_path(base, place.path)
    if path.startswith(".."):
        place, base = Place(Path(path).name, place.line), ""
    found = location(place, base)
    line = read_line(place).rstrip("\r")
    indent = len(line) - len(line.lstrip())
    found["physicalLocation"]["region"] = {
        "startLine": max(place.line, 1),
        "startColumn": indent + 1,
        "endLine": max(place.line, 1),
        "endColumn": max(len(line.rstrip()), indent) + 1,
    }
    return found
