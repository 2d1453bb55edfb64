"""The issue of a deviation exists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.issues.snapshot import GONE
from sphinxext_opsdocs.rules._support.issues import Tracked, known_issue, tracked
from sphinxext_opsdocs.rules.engine.base import Context, deviation, page, rule


def _issues(graph: TraceabilityGraph) -> Iterable[Tracked]:
    has_snapshot = bool(graph.inputs.issues)
    for node in graph.deviations:
        if has_snapshot or any(issue.is_ambiguous for issue in node.issues):
            yield from tracked(graph, node)


@rule(
    severity="warning",
    clauses=("deviation.issue",),
    over=_issues,
    bad=page(deviation(), inputs=known_issue(outcome="gone", state="")),
    good=page(deviation(), inputs=known_issue()),
)
def deviation_issue_unknown(subject: Tracked, context: Context) -> Iterator[Fault]:
    """The issue of a deviation is one that its tracker knows, and of one tracker alone.

    What trackers know, ``opsdocs issues refresh`` asks; without its snapshot only ambiguous ids
    are reported. Many trackers call unknown what the token of that refresh may not see. An issue
    that was moved is a note, with its new id.
    """
    issue, state = subject.issue, subject.state
    if issue.is_ambiguous:
        names = ", ".join(f'"{key}"' for key in issue.trackers)
        yield subject.fault(
            f'issue "{issue.text}" fits the trackers {names}; write its address to say which'
        )
    elif state and state.outcome == GONE:
        yield subject.fault(
            f'tracker "{issue.tracker}" knows no issue "{issue.text}" (asked '
            f"{state.checked[:10]}), or may not show it; raise one, or correct the id"
        )
    elif state and state.moved_to:
        yield subject.fault(
            f'issue "{issue.text}" was moved to {state.moved_to}; name that', is_note=True
        )
