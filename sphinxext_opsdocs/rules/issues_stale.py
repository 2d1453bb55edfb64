"""The snapshot of issues is recent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from sphinxext_opsdocs.facts.model import Place
from sphinxext_opsdocs.findings.finding import Fault, counted_noun
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.issues.reference import Issue
from sphinxext_opsdocs.issues.snapshot import IssueState
from sphinxext_opsdocs.rules._support.issues import snapshot
from sphinxext_opsdocs.rules.engine.base import Context, rule
from sphinxext_opsdocs.rules.engine.examples import deviation, page


class _Snapshot(Struct, frozen=True):
    """The issues that deviations name and a tracker can be asked for, with their states."""

    issues: Mapping[Issue, IssueState | None]


def _snapshots(graph: TraceabilityGraph) -> Iterable[_Snapshot]:
    if graph.inputs.issues is None:
        return
    issues = (issue for node in graph.deviations for issue in node.issues)
    yield _Snapshot({issue: graph.state_of(issue) for issue in issues if _has_answer(issue, graph)})


def _has_answer(issue: Issue, graph: TraceabilityGraph) -> bool:
    """Whether the snapshot has the issue, or a refresh could add it."""
    if not issue.tracker:
        return False
    # nothing can be asked of a generic tracker: its states are written by hand
    kind = graph.config.trackers[issue.tracker].kind
    return kind != "generic" or graph.state_of(issue) is not None


@rule(
    severity="warning",
    clauses=("deviation.escalated",),
    over=_snapshots,
    why="Issues were closed or reopened since. Deviations that could be resolved stay on the "
    "pages, and those whose fault came back look settled.",
    bad=page(
        deviation(),
        inputs=snapshot(checked="2026-09-30T06:00:00Z"),
        note="The snapshot ``opsdocs-issues.json`` has the state of API-1234 as of 2026-09-30, and "
        "today is 2026-11-23.",
    ),
    good=page(
        deviation(),
        inputs=snapshot(),
        note="Run ``opsdocs issues refresh``, every day in a pipeline, and commit the snapshot.",
    ),
    options=("issues.max_age",),
    scope="project",
    comes_with_time=True,
)
def issues_stale(subject: _Snapshot, context: Context) -> Iterator[Fault]:
    """The snapshot has the state of every named issue, not older than ``issues.max_age`` days.

    One finding for all issues. ``opsdocs issues refresh`` asks the trackers again.
    """
    limit = context.graph.config.issues.max_age
    days = [state.checked[:10] for state in subject.issues.values() if state]
    missing = sum(state is None for state in subject.issues.values())
    faults: list[str] = []
    if limit and days and context.days_since(min(days)) > limit:
        old = sum(context.days_since(day) > limit for day in days)
        faults.append(
            f"the state of {counted_noun(old, 'issue')} is up to {context.days_since(min(days))} "
            f"days old (limit: {limit})"
        )
    if missing:
        faults.append(f"it lacks {counted_noun(missing, 'issue')} that deviations name")
    if faults:
        path = context.graph.inputs.issues_path
        message = f'"{path}" is outdated: {", and ".join(faults)}; run "opsdocs issues refresh"'
        yield Fault(message, Place(path, 1), "", path)
