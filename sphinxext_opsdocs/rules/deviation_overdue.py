"""Deviations are resolved in time."""

from collections.abc import Iterator

from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.ages import is_past_limit
from sphinxext_opsdocs.graph.nodes import DeviationNode
from sphinxext_opsdocs.rules._support.deviations import deviation_fault, open_deviations
from sphinxext_opsdocs.rules.engine.base import Context, rule
from sphinxext_opsdocs.rules.engine.examples import deviation, page

OLD = {"observed": "2026-01-30", "last_observed": "2026-11-02"}


@rule(
    severity="warning",
    clauses=("deviation.escalated", "success.surface"),
    over=open_deviations,
    why="What stays open past its limit has quietly become normal: everybody on the rota works "
    "around it, and its owner was never asked for a date.",
    bad=page(deviation(**OLD), note="Today is 2026-11-23."),
    good=page(
        deviation(state="resolved", resolved="2026-11-20", **OLD),
        note="Escalate the issue to the owner of the specification, and resolve the deviation when "
        "the fault is fixed:",
    ),
    options=("deviations.age_limits",),
    comes_with_time=True,
)
def deviation_overdue(node: DeviationNode, context: Context) -> Iterator[Fault]:
    """A deviation is not open for longer than its severity allows, counted from ``observed``.

    A date in the future is reported too: its age would be negative for months. So is an open one
    whose ``revisit-by`` has passed, the day on which its owner agreed to look at it again.
    """
    deviation = node.deviation
    config = context.graph.config
    ahead, age = context.days_ahead(deviation.observed), context.days_since(deviation.observed)
    if ahead:
        yield deviation_fault(
            node,
            f'deviation "{deviation.id}": observed is {deviation.observed}, {ahead} days in the '
            "future; enter the day it was observed",
        )
    elif is_past_limit(config, deviation, context.today):
        limit = config.deviations.age_limits[deviation.severity]
        yield deviation_fault(
            node,
            f'deviation "{deviation.id}" ({deviation.severity}) has been open for {age} days '
            f"(limit: {limit}); escalate it",
        )
    if deviation.revisit_by and context.days_since(deviation.revisit_by) > 0:
        yield deviation_fault(
            node,
            f'deviation "{deviation.id}" was to be looked at again by {deviation.revisit_by} '
            f"(agreed by {deviation.agreed_by}); resolve it, or agree on another day",
            "revisit",
        )
