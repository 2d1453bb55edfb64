"""The directives that writers record canonical references, deviations and changes with."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from docutils import nodes

from sphinxext_opsdocs.config import Config
from sphinxext_opsdocs.issues import resolve_issue
from sphinxext_opsdocs.markup import nodes as ours
from sphinxext_opsdocs.markup.anchors import issue_id, need_id
from sphinxext_opsdocs.markup.head import Head, OpsDirective
from sphinxext_opsdocs.markup.roles import canonical_xref, deviation_xref, split_targets
from sphinxext_opsdocs.markup.values import parse_date, split_list
from sphinxext_opsdocs.model import Change, Deviation, Ignore, Reference, Value, Workaround

__all__ = [
    "CanonicalRef",
    "DocumentChange",
    "ObservedDeviation",
    "OpsdocsIgnore",
    "WorkaroundDirective",
]

STATES = ("open", "resolved")
MARKUP = re.compile(r"[`*_|\\<:{\[$&]")


class CanonicalRef(OpsDirective):
    """``canonical-ref``: the canonical sections that a section depends on, and why."""

    known_options = ("why",)

    def run(self) -> list[nodes.Node]:
        """One paragraph that links every target."""
        head = self.read_head()
        if not head.argument.text:
            self.problem("names no canonical section", head.argument.place)
            return []
        node = ours.canonical_reference("", "", classes=["opsdocs-canonical-ref"])
        self.set_source_info(node)
        node += nodes.strong("", "Canonical", classes=["opsdocs-label"])
        for index, target in enumerate(split_targets(head.argument.text)):
            fact = Reference(target, head.argument.place, why=head.text("why"))
            node += nodes.Text(", " if index else ": ")
            node += canonical_xref(self.env, target, fact=fact, with_page=True)
        if why := head.text("why"):
            node += nodes.Text(" — ")
            node += self.inline(why)
        if head.body < len(self.content):
            self.problem("takes no content, only :why:", self.line_place(head.body))
        return [node]

    def inline(self, text: str) -> Sequence[nodes.Node]:
        """Text as inline markup, without a parse where it has none."""
        return _inline(self, text)


class ObservedDeviation(OpsDirective):
    """``observed-deviation``: a divergence from specifications, as it was observed."""

    known_options = (
        "id", "spec", "issue", "observed", "severity", "state",
        "where", "last-observed", "resolved",
    )  # fmt: skip
    option_rule = "deviation_field_invalid"

    def run(self) -> list[nodes.Node]:
        """An admonition: title, particulars, what was observed."""
        head = self.read_head()
        config = self.ops_config
        deviation = self._read(head, config)
        node = ours.observed_deviation("", classes=["opsdocs-deviation"])
        self.set_source_info(node)
        node["classes"] += [
            f"opsdocs-{word}" for word in (deviation.state, deviation.severity) if word
        ]
        node[ours.FACT] = deviation
        if deviation.anchor:
            node["ids"].append(deviation.anchor)
            self.state.document.ids.setdefault(deviation.anchor, node)
            if self.need_pattern and need_id(deviation.id, self.need_pattern) != deviation.id:
                node["ids"].append(need_id(deviation.id, self.need_pattern))
            if self.need_pattern and need_id(deviation.id, self.need_pattern) != deviation.id:
                node["ids"].append(need_id(deviation.id, self.need_pattern))
        label = f"Observed deviation {deviation.id}".rstrip()
        node += nodes.title("", f"{label}: ", *_inline(self, head.argument.text))
        node += self._particulars(deviation, config)
        self.parse_body(head, node)
        return [node]

    def _read(self, head: Head, config: Config) -> Deviation:
        if not head.argument.text:
            self._invalid("has no title that says what was observed", head.argument)
        observed = self._checked(head, "observed", parse_date, needed=True)
        number = self._checked(head, "id", lambda text: _id(text, config), needed=True)
        return Deviation(
            id=number,
            title=head.argument.text,
            place=self.place,
            anchor=number,
            specs=tuple(
                Value(target, value.place)
                for value in [head.options.get("spec")]
                if value
                for target in split_targets(value.text)
            ),
            issues=head.values("issue"),
            observed=observed,
            severity=self._checked(
                head,
                "severity",
                lambda text: _choice(text, config.deviations.age_limits),
                needed=True,
            ),
            state=self._checked(head, "state", lambda text: _choice(text, STATES), needed=True),
            where=head.text("where"),
            last_observed=self._checked(head, "last-observed", parse_date),
            resolved=self._checked(head, "resolved", parse_date),
        )

    def _checked(
        self, head: Head, name: str, parse: Callable[[str], str], needed: bool = False
    ) -> str:
        option = head.options.get(name)
        if not option or not option.text:
            if needed:
                self._invalid(f'has no "{name}"', Value("", self.place))
            return ""
        try:
            return parse(option.text)
        except ValueError as error:
            self._invalid(f"{name}: {error}", option)
            return ""

    def _invalid(self, message: str, value: Value) -> None:
        self.problem(message, value.place, "deviation_field_invalid")

    def _particulars(self, deviation: Deviation, config: Config) -> nodes.paragraph:
        paragraph = nodes.paragraph("", "", classes=["opsdocs-particulars"])
        for word in (deviation.severity, deviation.state):
            if word:
                paragraph += nodes.inline("", word, classes=["opsdocs-badge", f"opsdocs-{word}"])
                paragraph += nodes.Text(" ")
        seen = f"Observed {deviation.observed}" if deviation.observed else "Observed"
        seen += f" on {deviation.where}" if deviation.where else ""
        seen += f", last {deviation.last_observed}" if deviation.last_observed else ""
        seen += f", resolved {deviation.resolved}" if deviation.resolved else ""
        separator = f"{seen} · diverges from "
        for spec in deviation.specs:
            paragraph += nodes.Text(separator)
            paragraph += canonical_xref(self.env, spec.text, with_page=True)
            separator = ", "
        separator = f"{'' if deviation.specs else seen} · issue "
        keys = (spec.text.partition(":")[0].strip() for spec in deviation.specs)
        trackers = {config.domains[key].tracker for key in keys if key in config.domains}
        for issue in deviation.issues:
            paragraph += nodes.Text(separator)
            url = resolve_issue(config, issue.text, trackers).url
            paragraph += self._issue_link(issue.text, url)
            separator = ", "
        if not deviation.specs and not deviation.issues:
            paragraph += nodes.Text(seen)
        return paragraph

    def _issue_link(self, issue: str, url: str) -> nodes.Element:
        node: nodes.Element = nodes.inline("", issue)
        if url:
            node = nodes.reference("", issue, refuri=url)
        if self.need_pattern:
            anchor = issue_id(issue, self.need_pattern)
            if anchor not in self.state.document.ids:  # the first link of a page is the need
                self.state.document.ids[anchor] = node
                node["ids"].append(anchor)
        return node


class WorkaroundDirective(OpsDirective):
    """``workaround``: what to do until the deviation around it, or named by it, is resolved."""

    takes_argument = False
    known_options = ("deviation",)

    def run(self) -> list[nodes.Node]:
        """An admonition that names its deviation when it does not stand in it."""
        head = self.read_head()
        named = head.text("deviation")
        node = ours.workaround("", classes=["opsdocs-workaround"])
        self.set_source_info(node)
        node[ours.FACT] = Workaround(place=self.place, deviation=named)
        title = nodes.title("", "Workaround")
        if named:
            title += [nodes.Text(" for "), deviation_xref(self.env, named, quiet=True)]
        node += title
        self.parse_body(head, node)
        if len(node.children) == 1:
            self.problem("says nothing", self.place)
        return [node]


class DocumentChange(OpsDirective):
    """``document-change``: what changed with a version of the page, and why."""

    known_options = ("date", "what", "why")

    def run(self) -> list[nodes.Node]:
        """A container: version, date and reason, then what changed."""
        head = self.read_head()
        date = head.text("date")
        try:
            date = parse_date(date) if date else ""
        except ValueError as error:
            self.problem(f"date: {error}", head.options["date"].place)
            date = ""
        node = ours.document_change("", classes=["opsdocs-change"])
        self.set_source_info(node)
        line = nodes.paragraph("", "", nodes.strong("", f"Version {head.argument.text}"))
        line += nodes.Text(f" ({date})" if date else "")
        for name in ("what", "why"):
            if text := head.text(name):
                line += [nodes.Text(" — "), *_inline(self, text)]
        node += line
        self.parse_body(head, node)
        body = " ".join(child.astext() for child in node.children[1:])
        if not head.argument.text:
            self.problem("names no version", head.argument.place)
        for name, text in (("what", head.text("what") or body), ("why", head.text("why"))):
            if not text:
                self.problem(f"does not say {name}", head.argument.place)
        node[ours.FACT] = Change(
            version=head.argument.text,
            place=self.place,
            date=date,
            why=head.text("why"),
            what=head.text("what") or " ".join(body.split()),
        )
        return [node]


class OpsdocsIgnore(OpsDirective):
    """``opsdocs-ignore``: rules that do not apply to the next block, or the page, and why."""

    known_options = ("reason", "until", "page")

    def run(self) -> list[nodes.Node]:
        """An invisible node; none when it has no reason, so that it covers nothing."""
        head = self.read_head()
        until = head.text("until")
        rules = split_list(head.argument.text)
        if not rules:
            self.problem("names no rule", head.argument.place)
        if not head.text("reason"):
            self.problem("gives no reason; add :reason:", head.argument.place)
        if head.body < len(self.content):
            self.problem("takes no content: it covers the next block", self.line_place(head.body))
        try:
            until = parse_date(until) if until else ""
        except ValueError as error:
            self.problem(f"until: {error}", head.options["until"].place)
            return []
        if not rules or not head.text("reason"):
            return []
        node = ours.ignore_marker()
        self.set_source_info(node)
        page = "page" in head.options
        node[ours.FACT] = Ignore(rules, head.text("reason"), self.place, until, page)
        return [node]


def _inline(directive: OpsDirective, text: str) -> Sequence[nodes.Node]:
    if not MARKUP.search(text):
        return [nodes.Text(text)]
    parsed: tuple[list[Any], list[Any]] = directive.state.inline_text(text, directive.lineno)
    content = [*parsed[0], *parsed[1]]
    # MyST reads HTML in a line of text; a title has none
    return [nodes.Text(n.astext()) if isinstance(n, nodes.raw) else n for n in content]


def _id(text: str, config: Config) -> str:
    pattern = config.deviations.id_pattern
    if not re.fullmatch(pattern, text):
        raise ValueError(f'"{text}" does not match "{pattern}"')
    return text


def _choice(text: str, allowed: Sequence[str] | dict[str, int]) -> str:
    if text not in allowed:
        raise ValueError(f'"{text}" is not allowed, only {", ".join(allowed)}')
    return text
