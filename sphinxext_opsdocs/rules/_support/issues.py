"""What rules on the issues of deviations have in common."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from sphinxext_opsdocs.facts.model import Value
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import DeviationNode, TraceabilityGraph
from sphinxext_opsdocs.graph.inputs import Inputs
from sphinxext_opsdocs.issues.reference import Issue
from sphinxext_opsdocs.issues.snapshot import FOUND, MOVED, IssueState

__all__ = ["Tracked", "followed", "in_state", "known_issue", "tracked"]


class Tracked(Struct, frozen=True):
    """An issue of a deviation, as written, resolved, and as its tracker told it (if it did)."""

    node: DeviationNode
    written: Value
    issue: Issue
    state: IssueState | None

    def fault(self, message: str, is_note: bool = False) -> Fault:
        """A fault where the issue is named."""
        key = f"{self.node.deviation.id} {self.issue.text}"
        return Fault(message, self.written.place, self.node.docname, key, is_note=is_note)


def tracked(graph: TraceabilityGraph, node: DeviationNode) -> Sequence[Tracked]:
    """The issues of a deviation."""
    written = node.deviation.issues
    return [
        Tracked(node, text, issue, graph.state_of(issue))
        for text, issue in zip(written, node.issues, strict=True)
    ]


def in_state(graph: TraceabilityGraph, state: str) -> Iterable[DeviationNode]:
    """The deviations in that state of which an issue's state is known."""
    if graph.inputs.issues:
        for node in graph.deviations:
            if node.deviation.state == state and any(map(graph.state_of, node.issues)):
                yield node


def followed(graph: TraceabilityGraph, node: DeviationNode) -> Iterator[tuple[Tracked, IssueState]]:
    """The issues of a deviation whose state their tracker told when it was last asked."""
    for found in tracked(graph, node):
        if found.state and found.state.state and found.state.outcome in (FOUND, MOVED):
            yield found, found.state


def known_issue(**told: str) -> Inputs:
    """The snapshot of the issue of the examples."""
    sound: dict[str, str] = {"outcome": FOUND, "checked": "2026-11-16T06:00:00Z", "state": "open"}
    state = IssueState(title="503 during a drain", **(sound | told))  # type: ignore[arg-type]
    return Inputs(issues={"api-issues": {"1234": state}})
