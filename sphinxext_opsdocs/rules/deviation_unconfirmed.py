"""Open deviations are still there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import DeviationNode, TraceabilityGraph
from sphinxext_opsdocs.rules.deviation_overdue import open_deviations
from sphinxext_opsdocs.rules.engine.base import Context, deviation, page, rule


def _to_confirm(graph: TraceabilityGraph) -> Iterable[DeviationNode]:
    return open_deviations(graph) if graph.config.deviations.confirm_within else ()


@rule(
    severity="warning",
    clauses=("deviation.escalated", "success.surface"),
    over=_to_confirm,
    bad=page(deviation(observed="2026-06-30", severity="minor")),
    good=page(deviation(observed="2026-06-30", severity="minor", last_observed="2026-11-02")),
)
def deviation_unconfirmed(node: DeviationNode, context: Context) -> Iterator[Fault]:
    """An open deviation was observed within ``deviations.confirm_within`` days.

    Counted from ``last-observed``, else from ``observed``. It is confirmed with a new date, the
    version and what shows it, or resolved. Says which of its sections are not what was pinned: what
    was a divergence may be none any more.
    """
    found = node.deviation
    limit = context.graph.config.deviations.confirm_within
    seen = found.last_observed or found.observed
    age = context.days_since(seen)
    if age < -1:  # a day for time zones
        yield Fault(
            f'deviation "{found.id}" was observed last on {seen}, {-age} days ahead',
            found.place,
            node.docname,
            found.id,
        )
    elif age > limit:
        changed = _changed_sections(node, context.graph)
        since = f"; {' and '.join(changed)} changed since: look there first" if changed else ""
        yield Fault(
            f'deviation "{found.id}" was observed last on {seen}, {age} days ago, and the limit '
            f"is {limit}; look again, and set last-observed or resolve it{since}",
            found.place,
            node.docname,
            found.id,
        )


def _changed_sections(node: DeviationNode, graph: TraceabilityGraph) -> list[str]:
    """The titles of its sections whose text is not the one that was pinned."""
    changed: list[str] = []
    for edge in graph.edges_by_document.get(node.docname, ()):
        pin, section = graph.pin_of(edge), edge.resolution.section
        is_own = edge.deviation == node.deviation.id
        if is_own and pin and section and pin.digest != section.entry.whole_digest:
            changed.append(f'"{section.title}" (pinned {pin.on})')
    return changed
