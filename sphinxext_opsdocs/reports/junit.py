"""Findings as JUnit XML: a test suite per rule, a failure per finding."""

import re
from html import escape  # that of xml.sax imports an HTTP client
from itertools import groupby

from sphinxext_opsdocs.findings.finding import Finding, based, sentence
from sphinxext_opsdocs.rules import RULES
from sphinxext_opsdocs.rules.engine.check import CheckResult

__all__ = ["render"]

NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 (section 2.2) cannot hold, not even escaped."""


def render(result: CheckResult, base: str) -> str:
    """Every rule is there: one that found nothing is a test that passed. Notes never fail."""
    standing = [finding for finding in result.findings if finding.stands]
    by_rule = {
        name: list(found)
        for name, found in groupby(sorted(standing, key=lambda f: f.rule), key=lambda f: f.rule)
    }
    suites = [_suite(rule.name, by_rule.get(rule.name, []), base) for rule in RULES]
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="opsdocs">\n'
        + "".join(suites)
        + "</testsuites>\n"
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
    path = NOT_XML.sub("\ufffd", based(base, finding.place.path))
    place = f"{path}:{finding.place.line}"
    text = NOT_XML.sub("\ufffd", sentence(finding, base))
    kind = "system-out" if finding.severity == "info" else "failure"
    attribute = f' message="{escape(text)}"' if kind == "failure" else ""
    return (
        f'  <testcase classname="opsdocs.{finding.rule}" name="{escape(place)}">\n'
        f"   <{kind}{attribute}>{escape(f'{place}: {text}', quote=False)}</{kind}>\n"
        "  </testcase>\n"
    )
