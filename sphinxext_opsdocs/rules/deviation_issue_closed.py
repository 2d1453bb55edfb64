"""An open deviation has an open issue."""

from __future__ import annotations

from collections.abc import Iterator

from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.nodes import DeviationNode
from sphinxext_opsdocs.issues.snapshot import COMPLETED, DUPLICATE, NOT_PLANNED
from sphinxext_opsdocs.rules._support.issues import (
    deviations_in_state,
    issues_with_state,
    snapshot,
)
from sphinxext_opsdocs.rules.engine.base import Context, rule
from sphinxext_opsdocs.rules.engine.examples import deviation, page

ADVICE = {
    COMPLETED: "check whether the fault is fixed, then resolve the deviation or have the issue "
    "reopened",
    NOT_PLANNED: "have the specification changed and resolve the deviation, or have the issue "
    "reopened",
    DUPLICATE: "name the issue that it duplicates",
    "": "resolve the deviation, or have the issue reopened",
}
"""By the reason for which trackers close issues; empty where they give none."""
CLOSED = snapshot(state="closed", reason=COMPLETED)


@rule(
    severity="warning",
    clauses=("deviation.escalated",),
    over=lambda graph: deviations_in_state(graph, "open"),
    why="Either the fault is fixed and the page still sends people through its workaround, or it "
    "is not fixed and the owner believes that it is.",
    bad=page(
        deviation(),
        inputs=CLOSED,
        note="The snapshot ``opsdocs-issues.json`` says that API-1234 was closed as completed.",
    ),
    good=page(
        deviation(state="resolved", resolved="2026-11-16"),
        inputs=CLOSED,
        note="Check whether the fault is fixed. If it is, resolve the deviation; if not, have the "
        "issue reopened.",
    ),
    options=("trackers.<name>.closed",),
)
def deviation_issue_closed(node: DeviationNode, context: Context) -> Iterator[Fault]:
    """An open deviation is followed in an issue that is open too.

    Of several issues one that is open is enough; where none is, each closed one is reported.
    """
    issues = list(issues_with_state(context.graph, node))
    if any(state.state == "open" for _, state in issues):
        return
    for tracked, state in issues:
        reason = f" as {state.reason}" if state.reason else ""
        yield tracked.fault(
            f'deviation "{node.deviation.id}" is open, but its issue "{tracked.issue.text}" is '
            f"closed{reason} (checked {state.checked[:10]}); "
            f"{ADVICE.get(state.reason, ADVICE[''])}"
        )
