"""The ``observed-deviation`` directive."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from docutils import nodes

from sphinxext_opsdocs.config.schema import Config
from sphinxext_opsdocs.facts.model import Deviation, Value
from sphinxext_opsdocs.facts.placeholders import is_placeholder
from sphinxext_opsdocs.markup import nodes as ops_nodes
from sphinxext_opsdocs.markup.anchors import make_need_id
from sphinxext_opsdocs.markup.directive_base import Head, OpsDirective
from sphinxext_opsdocs.markup.option_fields import (
    OptionField,
    choice_of,
    read_date,
    read_environments,
    read_fields,
    read_issues,
    read_names,
    read_text,
)
from sphinxext_opsdocs.markup.phrases import phrase
from sphinxext_opsdocs.markup.roles import split_targets
from sphinxext_opsdocs.markup.value_parsers import find_repeated, parse_date, split_list

__all__ = ["DEVIATION_FIELDS", "UNFILLED_TEXT", "ObservedDeviation"]

STATES = ("open", "resolved")
UNFILLED_TEXT = "its text must be filled in; say what was observed"
EXAMPLE_OF_REVISIT = "2027-01-15, team-api"
NO_ISSUE = frozenset({"none", "tbd", "todo", "n/a", "na", "-", "?"})
"""What writers put in the place of an issue that nobody has raised."""


def _id(value: Value, config: Config) -> str:
    pattern = config.deviations.id_pattern
    if not config.patterns.allows(pattern, value.text):
        raise ValueError(f'must match "{pattern}", not "{value.text}"')
    return value.text


def _severity(value: Value, config: Config) -> str:
    return choice_of(value.text, config.deviations.age_limits)


def _state(value: Value, _config: Config) -> str:
    return choice_of(value.text, STATES)


def _targets(value: Value, _config: Config) -> tuple[Value, ...]:
    return tuple(Value(target, value.place) for target in dict.fromkeys(split_targets(value.text)))


def _confirmed_on(value: Value, _config: Config) -> str:
    return parse_date(_parts_of_confirmation(value)[0])


def _confirmed_in(value: Value, _config: Config) -> str:
    return _parts_of_confirmation(value)[1]


def _confirmed_by(value: Value, _config: Config) -> str:
    return _parts_of_confirmation(value)[2].rstrip(", ")


def _parts_of_confirmation(value: Value) -> list[str]:
    """Date, version and evidence; the evidence may contain commas."""
    return [part.strip() for part in f"{value.text},,".split(",", 2)]


def _revisit_by(value: Value, _config: Config) -> str:
    day, _, who = value.text.partition(",")
    if not who.strip():
        raise ValueError(f'must be a date and who agreed to it, such as "{EXAMPLE_OF_REVISIT}"')
    return parse_date(day.strip())


def _agreed_by(value: Value, _config: Config) -> str:
    return value.text.partition(",")[2].strip()


DEVIATION_FIELDS = (
    OptionField("id", "id", _id, is_required=True),
    OptionField("spec", "specs", _targets),
    OptionField("issue", "issues", read_issues),
    OptionField("observed", "observed", read_date, is_required=True),
    OptionField("severity", "severity", _severity, is_required=True),
    OptionField("state", "state", _state, is_required=True),
    OptionField("where", "where", read_text),
    OptionField("last-observed", "last_observed", _confirmed_on),
    OptionField("last-observed", "seen_in", _confirmed_in),
    OptionField("last-observed", "evidence", _confirmed_by),
    OptionField("resolved", "resolved", read_date),
)
FURTHER_FIELDS = (
    OptionField("environment", "environments", read_environments),
    OptionField("service", "services", read_names),
    OptionField("revisit-by", "revisit_by", _revisit_by),
    OptionField("revisit-by", "agreed_by", _agreed_by),
)
"""An option is added here, with its attribute in the facts."""


class ObservedDeviation(OpsDirective):
    """``observed-deviation``: a divergence from specifications, as it was observed."""

    option_names = tuple(dict.fromkeys(field.option for field in DEVIATION_FIELDS))
    further_options = tuple(dict.fromkeys(field.option for field in FURTHER_FIELDS))
    option_rule = "deviation_field_invalid"

    def run(self) -> list[nodes.Node]:
        """An admonition: title and what was observed; ``deviation_display`` adds its options."""
        head = self.read_head()
        deviation = self._read(head)
        self._refuse_contradictions(head, deviation)
        self._refuse_repeats(head)
        node = ops_nodes.observed_deviation("", classes=["opsdocs-deviation"])
        self.set_source_info(node)
        node["classes"] += [
            f"opsdocs-{word}" for word in (deviation.state, deviation.severity) if word
        ]
        node[ops_nodes.FACT] = deviation
        self._add_anchors(node, deviation)
        node += nodes.title("", "", *self._title(head, deviation), translatable=False)
        self.parse_body(head, node)
        if is_placeholder(" ".join(child.astext() for child in node.children[1:])):
            self._invalid(UNFILLED_TEXT, Value("", self.line_place(head.body)))
        return [node]

    def _read(self, head: Head) -> Deviation:
        if not head.argument.text:
            self._invalid("the title is missing; say what was observed", head.argument)
        values: dict[str, Any] = {
            "id": "",
            **read_fields(self, head, (*DEVIATION_FIELDS, *FURTHER_FIELDS)),
        }
        anchor = self._free_anchor(values["id"])
        return Deviation(**values, title=head.argument.text, place=self.place, anchor=anchor)

    def _refuse_contradictions(self, head: Head, deviation: Deviation) -> None:
        """Report options that are each allowed, but not together."""
        if deviation.resolved and deviation.state == "open":
            self._invalid(
                "the state is open, but there is a date of resolution; remove one of them",
                head.options["resolved"],
            )
        for name, day in (
            ("resolved", deviation.resolved),
            ("last-observed", deviation.last_observed),
        ):
            if day and deviation.observed and day < deviation.observed:
                self._invalid(
                    f'{name} must not be before observed, but is "{day}"', head.options[name]
                )
        for issue in deviation.issues:
            if issue.text.casefold() in NO_ISSUE:
                self._invalid(
                    f'issue must name an issue, not "{issue.text}"; raise one with the owner', issue
                )

    def _refuse_repeats(self, head: Head) -> None:
        for name, split in (("spec", split_targets), ("issue", split_list)):
            for text in find_repeated(split(head.text(name))):
                self._invalid(f'{name} names "{text}" more than once', head.options[name])

    def _add_anchors(self, node: ops_nodes.observed_deviation, deviation: Deviation) -> None:
        if not deviation.anchor:
            return
        node["ids"].append(deviation.anchor)
        self.state.document.ids[deviation.anchor] = node
        # the id of its need may differ from its own: sphinx-needs allows fewer characters
        if self.need_pattern and make_need_id(deviation.id, self.need_pattern) != deviation.id:
            node["ids"].append(make_need_id(deviation.id, self.need_pattern))

    def _free_anchor(self, number: str) -> str:
        """The id itself, or with a number behind it if the page already has such an anchor."""
        anchor, count = number, 1
        while anchor and anchor in self.state.document.ids:
            count += 1
            anchor = f"{number}-{count}"
        return anchor

    def _invalid(self, message: str, value: Value) -> None:
        self.problem(message, value.place, "deviation_field_invalid")

    def _title(self, head: Head, deviation: Deviation) -> Iterator[nodes.Node]:
        if deviation.id:
            yield phrase("Observed deviation {id}: ", id=deviation.id)
        else:
            yield phrase("Observed deviation: ")
        yield self.message(head.argument.text)
