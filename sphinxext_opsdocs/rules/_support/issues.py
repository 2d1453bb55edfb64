"""What rules on the issues of deviations share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from sphinxext_opsdocs.facts.model import Fix, Value
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.graph.inputs import Inputs
from sphinxext_opsdocs.graph.nodes import DeviationNode
from sphinxext_opsdocs.issues.reference import Issue
from sphinxext_opsdocs.issues.snapshot import OUTCOME_MOVED, OUTCOME_PRESENT, IssueState

__all__ = ["TrackedIssue", "deviations_in_state", "issues_of", "issues_with_state", "snapshot"]


class TrackedIssue(Struct, frozen=True):
    """An issue of a deviation: as written, resolved, and with its state in the snapshot, if any."""

    node: DeviationNode
    written: Value
    issue: Issue
    state: IssueState | None

    def fault(self, message: str, is_note: bool = False, fix: Fix | None = None) -> Fault:
        """Return a fault at the place where the issue is named."""
        key = f"{self.node.deviation.id} {self.issue.text}"
        return Fault(message, self.written.place, self.node.docname, key, is_note=is_note, fix=fix)


def issues_of(graph: TraceabilityGraph, node: DeviationNode) -> Sequence[TrackedIssue]:
    """The issues of a deviation, in the order written."""
    return [
        TrackedIssue(node, written, issue, graph.state_of(issue))
        for written, issue in zip(node.deviation.issues, node.issues, strict=True)
    ]


def deviations_in_state(graph: TraceabilityGraph, state: str) -> Iterable[DeviationNode]:
    """The deviations in that state with at least one issue in the snapshot."""
    if graph.inputs.issues:
        for node in graph.deviations:
            if node.deviation.state == state and any(map(graph.state_of, node.issues)):
                yield node


def issues_with_state(
    graph: TraceabilityGraph, node: DeviationNode
) -> Iterator[tuple[TrackedIssue, IssueState]]:
    """The issues of a deviation that were open or closed when their tracker was last asked."""
    for tracked in issues_of(graph, node):
        state = tracked.state
        # an issue that is gone, or out of sight, keeps the state of the last answer that had one
        if state and state.state and state.outcome in (OUTCOME_PRESENT, OUTCOME_MOVED):
            yield tracked, state


def snapshot(number: str = "1234", **fields: str) -> Inputs:
    """Return the snapshot of the issue of the examples, with fields of its state changed."""
    sound = {"outcome": OUTCOME_PRESENT, "checked": "2026-11-16T06:00:00Z", "state": "open"}
    state = IssueState(title="503 during a drain", **(sound | fields))  # type: ignore[arg-type]
    return Inputs(issues={"api-issues": {number: state}})
