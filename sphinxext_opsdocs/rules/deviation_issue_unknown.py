"""The issue of a deviation exists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sphinxext_opsdocs.config.did_you_mean import listed
from sphinxext_opsdocs.facts.model import Fix
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.issues.reference import format_issue_id
from sphinxext_opsdocs.issues.snapshot import OUTCOME_MISSING
from sphinxext_opsdocs.rules._support.issues import TrackedIssue, issues_of, snapshot
from sphinxext_opsdocs.rules.engine.base import Context, rule
from sphinxext_opsdocs.rules.engine.examples import deviation, page


def _issues(graph: TraceabilityGraph) -> Iterable[TrackedIssue]:
    has_snapshot = bool(graph.inputs.issues)
    for node in graph.deviations:
        if has_snapshot or any(issue.is_ambiguous for issue in node.issues):
            yield from issues_of(graph, node)


@rule(
    severity="warning",
    clauses=("deviation.issue",),
    over=_issues,
    why="A mistyped or deleted id looks like a deviation that is being followed up, while in truth "
    "nobody works on it.",
    bad=page(
        deviation(issue="API-9999"),
        inputs=snapshot("9999", outcome=OUTCOME_MISSING, state=""),
        note="The snapshot ``opsdocs-issues.json`` says that tracker ``api-issues`` has no issue "
        "9999.",
    ),
    good=page(deviation(issue="API-1234"), inputs=snapshot()),
    options=("trackers.<name>.pattern", "trackers.<name>.url"),
)
def deviation_issue_unknown(subject: TrackedIssue, context: Context) -> Iterator[Fault]:
    """The issue of a deviation exists in its tracker, and in one tracker alone.

    ``opsdocs issues refresh`` asks the trackers; without its snapshot only ids that fit several
    trackers are reported. Many trackers answer that an issue does not exist where the token of that
    refresh may not see it. An issue that moved is a note, with its new id.
    """
    issue, state = subject.issue, subject.state
    if issue.is_ambiguous:
        names = listed(f'"{key}"' for key in issue.trackers)
        yield subject.fault(
            f'issue "{issue.text}" fits the trackers {names}; write its address instead'
        )
    elif state and state.outcome == OUTCOME_MISSING:
        # GitHub answers 404 for a private issue too, so the message leaves that open
        yield subject.fault(
            f'tracker "{issue.tracker}" has no issue "{issue.text}", or may not show it '
            f"(checked {state.checked[:10]}); raise one, or correct the id"
        )
    elif state and state.moved_to:
        new = format_issue_id(context.graph.config, issue.tracker, state.moved_to)
        yield subject.fault(
            f'issue "{issue.text}" was moved to {state.moved_to}; write that id',
            is_note=True,
            fix=Fix(issue.text, new) if new else None,
        )
