"""Copies of specifications of other projects are recent."""

from collections.abc import Iterable, Iterator
from datetime import date

from sphinxext_opsdocs.facts.model import Place
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.graph.inputs import Inputs, SyncedCopy
from sphinxext_opsdocs.rules.engine.base import Context, rule
from sphinxext_opsdocs.rules.engine.examples import page


def _copies(graph: TraceabilityGraph) -> Iterable[SyncedCopy]:
    return graph.inputs.copies


def _fetched(day: str) -> Inputs:
    origin = "https://specs.example/canonical-index.json.gz"
    path = "opsdocs-sources/api/canonical-index.json.gz"
    return Inputs(copies=(SyncedCopy("api", origin, path, date.fromisoformat(day)),))


@rule(
    severity="warning",
    clauses=("boundary.drift",),
    over=_copies,
    why="References are checked against the specification as it was weeks ago: a section that its "
    "owner has since rewritten or removed still looks valid here.",
    bad=page(
        inputs=_fetched("2026-09-30"),
        note="The copy of ``canonical-index.json.gz`` in ``opsdocs-sources`` was fetched on "
        "2026-09-30, and today is 2026-11-23.",
    ),
    good=page(
        inputs=_fetched("2026-11-16"),
        note="Run ``opsdocs sync``, every week in a pipeline, and commit the copy.",
    ),
    options=("sync.max_age",),
    scope="project",
    comes_with_time=True,
)
def index_stale(copy: SyncedCopy, context: Context) -> Iterator[Fault]:
    """Copies of files of other projects were fetched within ``sync.max_age`` days.

    A copy is also outdated when its original is on this machine and differs. ``opsdocs sync``
    fetches the files.
    """
    limit = context.graph.config.sync.max_age
    age = (context.today - copy.fetched).days
    if copy.is_outdated:
        reason = "and has changed since"
    elif limit and age > limit:
        reason = f"{age} days ago (limit: {limit})"
    else:
        return
    yield Fault(
        f'the copy of {copy.origin} for "{copy.group}" is outdated: it was synced on '
        f'{copy.fetched}, {reason}; run "opsdocs sync"',
        Place(copy.path, 1),
        "",
        copy.path,
    )
