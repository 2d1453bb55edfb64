"""A resolved deviation has no open issue."""

from __future__ import annotations

from collections.abc import Iterator

from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.nodes import DeviationNode
from sphinxext_opsdocs.rules._support.issues import (
    deviations_in_state,
    issues_with_state,
    snapshot,
)
from sphinxext_opsdocs.rules.engine.base import Context, rule
from sphinxext_opsdocs.rules.engine.examples import deviation, page


@rule(
    severity="warning",
    clauses=("deviation.escalated",),
    over=lambda graph: deviations_in_state(graph, "resolved"),
    why="One of the two is wrong. If the fault still exists, its workaround was removed too early; "
    "if not, the owner spends time on an issue that is done.",
    bad=page(
        deviation(state="resolved", resolved="2026-11-10"),
        inputs=snapshot(),
        note="The snapshot ``opsdocs-issues.json`` says that API-1234 is open.",
    ),
    good=page(
        deviation(state="open"),
        inputs=snapshot(),
        note="Where the fault is gone, have the issue closed. Where it is still there, open the "
        "deviation again:",
    ),
    options=("trackers.<name>.closed",),
)
def deviation_resolved_issue_open(node: DeviationNode, context: Context) -> Iterator[Fault]:
    """The issue of a resolved deviation is closed."""
    for tracked, state in issues_with_state(context.graph, node):
        if state.state == "open":
            yield tracked.fault(
                f'deviation "{node.deviation.id}" is resolved, but its issue '
                f'"{tracked.issue.text}" is open (checked {state.checked[:10]}); have it closed, '
                "or reopen the deviation"
            )
