"""Deviations are resolved in time."""

from collections.abc import Iterable, Iterator

from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import DeviationNode, TraceabilityGraph
from sphinxext_opsdocs.rules.engine.base import Context, deviation, page, rule


def open_deviations(graph: TraceabilityGraph) -> Iterable[DeviationNode]:
    """Open deviations with a date and a severity."""
    for node in graph.deviations:
        deviation = node.deviation
        if deviation.state == "open" and deviation.observed and deviation.severity:
            yield node


@rule(
    severity="warning",
    clauses=("deviation.escalated", "success.surface"),
    over=open_deviations,
    bad=page(deviation(observed="2026-01-30", last_observed="2026-11-02")),
    good=page(deviation(observed="2026-10-30")),
)
def deviation_overdue(node: DeviationNode, context: Context) -> Iterator[Fault]:
    """A deviation is not open for longer than its severity allows, counted from ``observed``."""
    deviation = node.deviation
    limit = context.graph.config.deviations.age_limits.get(deviation.severity)
    age = context.days_since(deviation.observed)
    if age < -1:  # a day for time zones
        yield Fault(
            f'deviation "{deviation.id}" was observed {deviation.observed}, {-age} days ahead',
            deviation.place,
            node.docname,
            deviation.id,
        )
    elif limit is not None and age > limit:
        yield Fault(
            f'deviation "{deviation.id}" ({deviation.severity}) is open for {age} days, '
            f"{age - limit} over its limit of {limit}; escalate it",
            deviation.place,
            node.docname,
            deviation.id,
        )
