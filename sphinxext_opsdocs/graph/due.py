"""What is due on a day and soon after: reviews, drills, deviations, removals."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal

from msgspec import Struct

from sphinxext_opsdocs.config.lifecycle import Lifecycle
from sphinxext_opsdocs.config.schema import Severity, severity_of
from sphinxext_opsdocs.facts.model import Ignore
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
    title: str
    owners: tuple[str, ...]
    deviation: str = ""
    """Its id, of what is due for a deviation."""
    anchor: str = ""

    def is_overdue(self, today: date) -> bool:
        """Whether its day has passed."""
        return self.day < today.isoformat()


def find_due(graph: TraceabilityGraph, today: date, within: int) -> list[DueItem]:
    """Return what is overdue, and due within a number of days, the longest overdue first.

    Not due is what an ``opsdocs-ignore`` of the page covers, and what a rule would report that is
    off.
    """
    last = _shifted(today, within)
    found = (item for document in graph.governed for item in _items(graph, document))
    return sorted(item for item in found if item.day <= last and _is_asked(graph, item, today))


def _items(graph: TraceabilityGraph, document: GovernedDocument) -> Iterator[DueItem]:
    header, facts = document.header, document.facts

    def item(kind: DueKind, day: str) -> DueItem:
        return DueItem(day, facts.docname, kind, facts.title or facts.docname, header.owners)

    if document.review_interval and header.last_reviewed:
        yield item("review", _after(header.last_reviewed, document.review_interval))
    if document.verification_interval and document.last_verified:
        yield item("verification", _after(document.last_verified, document.verification_interval))
    if header.remove_after and header.status != Lifecycle.ARCHIVED:
        yield item("removal", header.remove_after)
    for node in graph.deviations_by_document.get(facts.docname, ()):
        yield from _items_of_deviation(graph, document, node)


def _items_of_deviation(
    graph: TraceabilityGraph, document: GovernedDocument, node: DeviationNode
) -> Iterator[DueItem]:
    deviation, settings = node.deviation, graph.config.deviations
    if deviation.state != "open" or not deviation.observed:
        return
    limit = settings.age_limits.get(deviation.severity)
    days: list[tuple[DueKind, str]] = [("revisit", deviation.revisit_by)]
    if limit is not None:
        days.append(("limit", _after(deviation.observed, limit)))
    if settings.confirm_within:
        last = deviation.last_observed or deviation.observed
        days.append(("confirmation", _after(last, settings.confirm_within)))
    for kind, day in days:
        if day:
            yield DueItem(
                day,
                node.docname,
                kind,
                deviation.title,
                document.header.owners,
                deviation.id,
                deviation.anchor,
            )


def _is_asked(graph: TraceabilityGraph, item: DueItem, today: date) -> bool:
    rule = RULES[item.kind]
    if severity_of(graph.config, rule, ON, item.docname) == "off":
        return False
    ignores = graph.documents[item.docname].ignores
    return not any(
        ignore.is_page_wide and rule in ignore.rules and _is_valid(ignore, today)
        for ignore in ignores
    )


def _is_valid(ignore: Ignore, today: date) -> bool:
    return not ignore.until or ignore.until >= today.isoformat()


def _after(day: str, days: int) -> str:
    return _shifted(date.fromisoformat(day), days)


def _shifted(day: date, days: int) -> str:
    try:
        return (day + timedelta(days=days)).isoformat()
    except OverflowError:  # an interval of thousands of years
        return date.max.isoformat()
