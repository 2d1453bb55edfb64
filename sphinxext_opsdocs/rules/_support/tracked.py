"""Whether a fault that a statement tells of is tracked: by a deviation, or by an issue."""

from __future__ import annotations

from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.rules._support.prose import Said

__all__ = ["has_deviation", "has_issue"]


def has_deviation(subject: Said) -> bool:
    """Whether a deviation is recorded, or linked, in the section of the statement."""
    section = subject.statement.section
    return any(deviation.section == section for deviation in subject.facts.deviations) or any(
        link.kind == "deviation" and link.section == section for link in subject.facts.links
    )


def has_issue(subject: Said, graph: TraceabilityGraph) -> bool:
    """Whether an issue is linked in the section of the statement, and in no other list item."""
    statement = subject.statement
    items = graph.issue_items.get((subject.facts.docname, statement.section), frozenset())
    return bool(items) and (not statement.item or not items.isdisjoint({0, statement.item}))
