"""Findings as JUnit XML: a test suite for each rule, a failed test for each finding."""

import re
from collections import defaultdict
from html import escape  # that of xml.sax imports an HTTP client

from sphinxext_opsdocs.findings.finding import Finding, full_message, join_path
from sphinxext_opsdocs.findings.result import CheckResult
from sphinxext_opsdocs.rules import RULES

__all__ = ["render"]

NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 (section 2.2) forbids, even as references."""


def render(result: CheckResult, base: str) -> str:
    """All suites; a rule without findings is one passed test. Notes never fail."""
    findings: dict[str, list[Finding]] = defaultdict(list)
    for finding in result.findings:
        if finding.is_reported:
            findings[finding.rule].append(finding)
    suites = "".join(_suite(rule.name, findings[rule.name], base) for rule in RULES)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="opsdocs">\n'
        f"{suites}</testsuites>\n"
    )


def _suite(rule: str, findings: list[Finding], base: str) -> str:
    failures = sum(finding.severity != "info" for finding in findings)
    cases = "".join(_case(finding, base) for finding in findings)
    cases = cases or f'  <testcase classname="opsdocs" name="{escape(rule)}"/>\n'
    tests = max(len(findings), 1)
    return (
        f' <testsuite name="{escape(rule)}" tests="{tests}" failures="{failures}">\n'
        f"{cases} </testsuite>\n"
    )


def _case(finding: Finding, base: str) -> str:
    path = NOT_XML.sub("\ufffd", join_path(base, finding.place.path))
    place = f"{path}:{finding.place.line}"
    text = NOT_XML.sub("\ufffd", full_message(finding, base))
    body = escape(f"{place}: {text}", quote=False)
    outcome = f'<failure message="{escape(text)}">{body}</failure>'
    # JUnit has no notes: a passed test with output comes nearest
    if finding.severity == "info":
        outcome = f"<system-out>{body}</system-out>"
    return (
        # its name has no line, which moves: servers would take it for another test
        f'  <testcase classname="opsdocs.{finding.rule}" name="{escape(path)} '
        f'{finding.fingerprint}">\n'
        f"   {outcome}\n"
        "  </testcase>\n"
    )
