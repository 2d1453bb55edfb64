"""What is due on a day and soon after: reviews, drills, deviations, removals."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Literal

from msgspec import Struct

from sphinxext_opsdocs.config.lifecycle import Lifecycle
from sphinxext_opsdocs.config.schema import Severity, severity_of
from sphinxext_opsdocs.facts.model import Place
from sphinxext_opsdocs.graph.ages import later_day, review_due, verification_due
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.graph.nodes import DeviationNode, GovernedDocument

__all__ = ["DueItem", "DueKind", "find_due"]

DueKind = Literal["review", "verification", "confirmation", "limit", "revisit", "removal"]
RULES: dict[DueKind, str] = {
    "review": "review_overdue",
    "verification": "verification_overdue",
    "confirmation": "deviation_unconfirmed",
    "limit": "deviation_overdue",
    "revisit": "deviation_overdue",
    "removal": "removal_overdue",
}
"""The rule that reports each once its day has passed: where that is off, nothing is due."""
ON: Severity = "warning"


class DueItem(Struct, frozen=True, order=True):
    """Something that the owners of a page have to do by a day, ISO 8601."""

    day: str
    docname: str
    kind: DueKind
    place: Place
    owners: tuple[str, ...]
    deviation: str = ""
    """Its id, of what is due for a deviation."""
    title: str = ""
    """Of the deviation."""
    anchor: str = ""

    def is_overdue(self, today: date) -> bool:
        """Whether its day has passed."""
        return self.day < today.isoformat()


def find_due(graph: TraceabilityGraph, today: date, within: int) -> list[DueItem]:
    """Return what is overdue, and due within a number of days, the longest overdue first.

    Leave out what an ``opsdocs-ignore`` covers, and what belongs to a rule that is off.
    """
    last = later_day(today.isoformat(), within)
    return sorted(
        item
        for item in (*_of_pages(graph), *_of_deviations(graph))
        if item.day and item.day <= last and _is_asked(graph, item, today)
    )


def _of_pages(graph: TraceabilityGraph) -> Iterator[DueItem]:
    for document in graph.governed:
        header = document.header
        yield _item(document, "review", review_due(document), "last-reviewed")
        yield _item(document, "verification", verification_due(document), "last-verified")
        if header.status != Lifecycle.ARCHIVED:
            yield _item(document, "removal", header.remove_after, "remove-after")


def _item(document: GovernedDocument, kind: DueKind, day: str, field: str) -> DueItem:
    header = document.header
    return DueItem(day, document.facts.docname, kind, header.place_of(field), header.owners)


def _of_deviations(graph: TraceabilityGraph) -> Iterator[DueItem]:
    settings = graph.config.deviations
    for node in graph.deviations:
        deviation = node.deviation
        if deviation.state != "open" or not deviation.observed:
            continue
        yield _item_of(graph, node, "revisit", deviation.revisit_by)
        limit = settings.age_limits.get(deviation.severity)
        if limit is not None:
            yield _item_of(graph, node, "limit", later_day(deviation.observed, limit))
        if settings.confirm_within:
            last = deviation.last_observed or deviation.observed
            day = later_day(last, settings.confirm_within)
            yield _item_of(graph, node, "confirmation", day)


def _item_of(graph: TraceabilityGraph, node: DeviationNode, kind: DueKind, day: str) -> DueItem:
    document = graph.governed_by_name.get(node.docname)
    deviation = node.deviation
    return DueItem(
        day,
        node.docname,
        kind,
        deviation.place,
        document.header.owners if document else (),
        deviation.id,
        deviation.title,
        deviation.anchor,
    )


def _is_asked(graph: TraceabilityGraph, item: DueItem, today: date) -> bool:
    rule = RULES[item.kind]
    if severity_of(graph.config, rule, ON, item.docname) == "off":
        return False
    return not any(
        rule in ignore.rules and ignore.is_valid(today.isoformat()) and ignore.covers(item.place)
        for ignore in graph.documents[item.docname].ignores
    )
