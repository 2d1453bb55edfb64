"""What is known of issues is recent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from sphinxext_opsdocs.facts.model import Place
from sphinxext_opsdocs.findings.finding import Fault, counted_noun
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.issues.reference import Issue
from sphinxext_opsdocs.issues.snapshot import IssueState
from sphinxext_opsdocs.rules._support.issues import known_issue
from sphinxext_opsdocs.rules.engine.base import Context, deviation, page, rule


class _Snapshot(Struct, frozen=True):
    """The named issues that a tracker tells a state of, and what is known of them."""

    issues: Mapping[Issue, IssueState | None]


def _snapshots(graph: TraceabilityGraph) -> Iterable[_Snapshot]:
    if graph.inputs.issues is None:
        return
    trackers = graph.config.trackers
    yield _Snapshot(
        {
            issue: graph.state_of(issue)
            for node in graph.deviations
            for issue in node.issues
            if issue.tracker
            and (trackers[issue.tracker].kind != "generic" or graph.state_of(issue))
        }
    )


@rule(
    severity="warning",
    clauses=("deviation.escalated",),
    over=_snapshots,
    bad=page(deviation(), inputs=known_issue(checked="2026-09-30T06:00:00Z")),
    good=page(deviation(), inputs=known_issue()),
)
def issues_stale(subject: _Snapshot, context: Context) -> Iterator[Fault]:
    """Trackers were asked for the named issues within ``issues.max_age`` days.

    One finding for all of them. ``opsdocs issues refresh`` asks again.
    """
    limit = context.graph.config.issues.max_age
    days = [state.checked[:10] for state in subject.issues.values() if state]
    missing = sum(state is None for state in subject.issues.values())
    faults: list[str] = []
    if limit and days and context.days_since(min(days)) > limit:
        old = sum(context.days_since(day) > limit for day in days)
        faults.append(
            f"what it says of {counted_noun(old, 'issue')} is up to "
            f"{context.days_since(min(days))} days old, and the limit is {limit}"
        )
    if missing:
        faults.append(f"it lacks {counted_noun(missing, 'issue')} that deviations name")
    if faults:
        path = context.graph.inputs.issues_path
        yield Fault(
            f'"{path}": {"; ".join(faults)}: "opsdocs issues refresh"', Place(path, 1), "", path
        )
