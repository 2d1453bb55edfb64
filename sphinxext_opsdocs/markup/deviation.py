"""The ``observed-deviation`` directive."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from docutils import nodes

from sphinxext_opsdocs.config.schema import Config, is_address
from sphinxext_opsdocs.facts.model import Deviation, Value
from sphinxext_opsdocs.issues.reference import resolve_issue
from sphinxext_opsdocs.markup import nodes as ours
from sphinxext_opsdocs.markup.anchors import issue_id, need_id
from sphinxext_opsdocs.markup.directive_base import Head, OpsDirective
from sphinxext_opsdocs.markup.roles import canonical_xref, split_targets
from sphinxext_opsdocs.markup.value_parsers import parse_date

__all__ = ["ObservedDeviation"]

STATES = ("open", "resolved")
NO_ISSUE = frozenset({"none", "tbd", "todo", "n/a", "na", "-", "?"})


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
        self._refuse_contradictions(head, deviation)
        node = ours.observed_deviation("", classes=["opsdocs-deviation"])
        self.set_source_info(node)
        node["classes"] += [
            f"opsdocs-{word}" for word in (deviation.state, deviation.severity) if word
        ]
        node[ours.FACT] = deviation
        if deviation.anchor:
            node["ids"].append(deviation.anchor)
            self.state.document.ids[deviation.anchor] = node
            if self.need_pattern and need_id(deviation.id, self.need_pattern) != deviation.id:
                node["ids"].append(need_id(deviation.id, self.need_pattern))
        label = f"Observed deviation {deviation.id}".rstrip()
        node += nodes.title("", f"{label}: ", *self.inline(head.argument.text))
        node += self._particulars(deviation, config)
        self.parse_body(head, node)
        return [node]

    def _read(self, head: Head, config: Config) -> Deviation:
        if not head.argument.text:
            self._invalid("has no title that says what was observed", head.argument)
        observed = self._checked(head, "observed", parse_date, needed=True)
        number = self._checked(head, "id", lambda text: _id(text, config), needed=True)
        _, *confirmed = [part.strip() for part in f"{head.text('last-observed')},,".split(",", 2)]
        return Deviation(
            id=number,
            title=head.argument.text,
            place=self.place,
            anchor=self._free_anchor(number),
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
            last_observed=self._checked(head, "last-observed", _first_date),
            seen_in=confirmed[0],
            evidence=confirmed[1].rstrip(", "),
            resolved=self._checked(head, "resolved", parse_date),
        )

    def _refuse_contradictions(self, head: Head, deviation: Deviation) -> None:
        """What each option allows, and all of them together do not."""
        if deviation.resolved and deviation.state == "open":
            self._invalid("is open and has a date of resolution", head.options["resolved"])
        for name, day in (
            ("resolved", deviation.resolved),
            ("last-observed", deviation.last_observed),
        ):
            if day and deviation.observed and day < deviation.observed:
                self._invalid(f'{name}: "{day}" is before it was observed', head.options[name])
        for issue in deviation.issues:
            if issue.text.casefold() in NO_ISSUE:
                self._invalid(f'issue: "{issue.text}" is no issue; raise one', issue)

    def _free_anchor(self, number: str) -> str:
        """The id itself, or with a number behind where the page has such an anchor already."""
        anchor, count = number, 1
        while anchor and anchor in self.state.document.ids:
            count += 1
            anchor = f"{number}-{count}"
        return anchor

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
        paragraph = nodes.paragraph("", "", classes=[ours.PARTICULARS])
        for word in (deviation.severity, deviation.state):
            if word:
                paragraph += nodes.inline("", word, classes=["opsdocs-badge", f"opsdocs-{word}"])
                paragraph += nodes.Text(" ")
        seen = f"Observed {deviation.observed}" if deviation.observed else "Observed"
        seen += f" on {deviation.where}" if deviation.where else ""
        paragraph += [nodes.Text(seen), _confirmed(deviation)]
        seen = f", resolved {deviation.resolved}" if deviation.resolved else ""
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
            link = self._issue_link(issue.text, url)
            link[ours.ISSUE] = (deviation.id, issue.text)
            paragraph += link
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


def _id(text: str, config: Config) -> str:
    pattern = config.deviations.id_pattern
    if not re.fullmatch(pattern, text):
        raise ValueError(f'"{text}" does not match "{pattern}"')
    return text


def _first_date(text: str) -> str:
    """The date before version and evidence."""
    return parse_date(text.partition(",")[0].strip())


def _confirmed(deviation: Deviation) -> nodes.inline:
    """When, in which version and by what it was last seen."""
    last = f", last {deviation.last_observed}" if deviation.last_observed else ""
    last += f" in {deviation.seen_in}" if deviation.seen_in else ""
    node = nodes.inline("", "", nodes.Text(last), classes=[ours.CONFIRMED])
    if deviation.evidence:
        node += [nodes.Text(" ("), _evidence(deviation.evidence), nodes.Text(")")]
    return node


def _evidence(text: str) -> nodes.Node:
    if is_address(text):
        return nodes.reference("", "evidence", refuri=text)
    return nodes.Text(text)


def _choice(text: str, allowed: Iterable[str]) -> str:
    if text not in allowed:
        raise ValueError(f'"{text}" is not allowed, only {", ".join(allowed)}')
    return text
