"""A resolved deviation has no open issue."""

from __future__ import annotations

from collections.abc import Iterator

from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import DeviationNode
from sphinxext_opsdocs.rules._support.issues import followed, in_state, known_issue
from sphinxext_opsdocs.rules.engine.base import Context, deviation, page, rule

RESOLVED = {"state": "resolved", "resolved": "2026-11-10"}


@rule(
    severity="warning",
    clauses=("deviation.escalated",),
    over=lambda graph: in_state(graph, "resolved"),
    bad=page(deviation(**RESOLVED), inputs=known_issue()),
    good=page(deviation(**RESOLVED), inputs=known_issue(state="closed")),
)
def deviation_resolved_issue_open(node: DeviationNode, context: Context) -> Iterator[Fault]:
    """The issue of a resolved deviation is closed: else the fault is not gone, or nobody told."""
    for found, state in followed(context.graph, node):
        if state.state == "open":
            yield found.fault(
                f'deviation "{node.deviation.id}" is resolved and its issue "{found.issue.text}" '
                f"is open (asked {state.checked[:10]}); have it closed, or open the deviation again"
            )
