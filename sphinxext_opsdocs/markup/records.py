"""The directives for records about a page: that it was tried out, and that somebody agrees to it.

Neither is part of what the page says: its version and review stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterator

from docutils import nodes

from sphinxext_opsdocs.config.schema import Config, is_address
from sphinxext_opsdocs.facts.model import Approval, Value, Verification
from sphinxext_opsdocs.facts.records import KINDS, RESULTS
from sphinxext_opsdocs.issues.reference import resolve_issue
from sphinxext_opsdocs.markup import nodes as ops_nodes
from sphinxext_opsdocs.markup.directive_base import OpsDirective
from sphinxext_opsdocs.markup.option_fields import (
    OptionField,
    choice_of,
    read_date,
    read_environment,
    read_fields,
    read_issues,
    read_text,
)
from sphinxext_opsdocs.markup.phrases import phrase
from sphinxext_opsdocs.markup.value_parsers import parse_date

__all__ = ["ApprovalDirective", "VerificationDirective"]


def _result(value: Value, _config: Config) -> str:
    return choice_of(value.text, RESULTS)


def _kind(value: Value, _config: Config) -> str:
    return choice_of(value.text, KINDS)


VERIFICATION_FIELDS = (
    OptionField("result", "result", _result, is_required=True),
    OptionField("kind", "kind", _kind),
    OptionField("by", "by", read_text, is_required=True),
    OptionField("version", "version", read_text),
    OptionField("environment", "environment", read_environment),
    OptionField("evidence", "evidence", read_text),
    OptionField("issue", "issues", read_issues),
)
APPROVAL_FIELDS = (
    OptionField("role", "role", read_text, is_required=True),
    OptionField("date", "date", read_date, is_required=True),
    OptionField("version", "version", read_text, is_required=True),
)


class VerificationDirective(OpsDirective):
    """``verification``: a day on which somebody followed the page, and how it went."""

    option_names = tuple(field.option for field in VERIFICATION_FIELDS)

    def run(self) -> list[nodes.Node]:
        """Return a container with one line of particulars, and then the body."""
        head = self.read_head()
        date = self._read_day(head.argument)
        values = read_fields(self, head, VERIFICATION_FIELDS)
        fact = Verification(self.place, date, **values)
        node = ops_nodes.record("", classes=["opsdocs-record"])
        self.set_source_info(node)
        node[ops_nodes.FACT] = fact
        line = nodes.paragraph("", "", *self._particulars(fact), translatable=False)
        self.set_source_info(line)
        node += line
        self.parse_body(head, node)
        # rules read no record, so that a procedure must not stand in one
        if any(not isinstance(child, nodes.paragraph) for child in node.children):
            message = "its content may be paragraphs alone; write steps on the page"
            self.problem(message, self.line_place(head.body))
        return [node]

    def _read_day(self, argument: Value) -> str:
        if not argument.text:
            self.problem("missing date; write the day on which it was done", argument.place)
            return ""
        try:
            return parse_date(argument.text)
        except ValueError as error:
            self.problem(f"date {error}", argument.place)
            return ""

    def _particulars(self, fact: Verification) -> Iterator[nodes.Node]:
        yield nodes.strong("", "", phrase("Verification {date}", date=fact.date))
        if fact.result:
            yield nodes.Text(" ")
            classes = ["opsdocs-badge", f"opsdocs-{fact.result}"]
            yield nodes.inline("", "", phrase(fact.result), classes=classes)
        for part in self._details(fact):
            yield nodes.Text(" · ")
            yield part

    def _details(self, fact: Verification) -> Iterator[nodes.Node]:
        if fact.kind:
            yield phrase(fact.kind)
        if fact.environment:
            yield nodes.Text(fact.environment)
        if fact.version:
            yield phrase("version {version}", version=fact.version)
        if fact.by:
            yield nodes.Text(fact.by)
        if is_address(fact.evidence):
            yield nodes.reference("", "", phrase("evidence"), refuri=fact.evidence)
        elif fact.evidence:
            yield nodes.Text(fact.evidence)
        for issue in fact.issues:
            url = resolve_issue(self.ops_config, issue.text).url
            text = nodes.Text(issue.text)
            yield nodes.reference("", "", text, refuri=url) if url else text


class ApprovalDirective(OpsDirective):
    """``approval``: who agrees to a version of the page, in which role and when."""

    option_names = tuple(field.option for field in APPROVAL_FIELDS)

    def run(self) -> list[nodes.Node]:
        """Return a container with one line."""
        head = self.read_head()
        who = head.argument.text
        if not who:
            self.problem("missing name of the person who approves", head.argument.place)
        self.refuse_content(head, "an approval consists of its options")
        fact = Approval(who, self.place, **read_fields(self, head, APPROVAL_FIELDS))
        node = ops_nodes.record("", classes=["opsdocs-record"])
        self.set_source_info(node)
        node[ops_nodes.FACT] = fact
        node += nodes.paragraph("", "", *_approval(fact), translatable=False)
        return [node]


def _approval(fact: Approval) -> Iterator[nodes.Node]:
    values = {"version": fact.version, "who": fact.who, "role": fact.role, "date": fact.date}
    yield phrase("Version {version} approved by {who} ({role}) on {date}", **values)
