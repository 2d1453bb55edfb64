"""An open deviation has an open issue."""

from __future__ import annotations

from collections.abc import Iterator

from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import DeviationNode
from sphinxext_opsdocs.issues.snapshot import COMPLETED, DUPLICATE, NOT_PLANNED
from sphinxext_opsdocs.rules._support.issues import followed, in_state, known_issue
from sphinxext_opsdocs.rules.engine.base import Context, deviation, page, rule

ADVICE = {
    COMPLETED: "see whether the fault is gone: resolve the deviation, or have the issue reopened",
    NOT_PLANNED: "its owner does not plan to mend it: have the specification say so and resolve "
    "the deviation, or have the issue reopened",
    DUPLICATE: "name the issue that it duplicates",
    "": "resolve the deviation, or have the issue reopened",
}


@rule(
    severity="warning",
    clauses=("deviation.escalated",),
    over=lambda graph: in_state(graph, "open"),
    bad=page(deviation(), inputs=known_issue(state="closed", reason=COMPLETED)),
    good=page(deviation(), inputs=known_issue()),
)
def deviation_issue_closed(node: DeviationNode, context: Context) -> Iterator[Fault]:
    """An open deviation is followed in an issue that is open too.

    Of several issues one that is open will do; each closed one is reported where none is.
    """
    known = list(followed(context.graph, node))
    if any(state.state == "open" for _, state in known):
        return
    for found, state in known:
        reason = f" as {state.reason}" if state.reason else ""
        yield found.fault(
            f'deviation "{node.deviation.id}" is open and its issue "{found.issue.text}" is '
            f"closed{reason} (asked {state.checked[:10]}); {ADVICE.get(state.reason, ADVICE[''])}"
        )
