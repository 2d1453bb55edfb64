"""What is known of other projects' specifications is recent."""

from collections.abc import Iterable, Iterator
from datetime import date

from sphinxext_opsdocs.facts.model import Place
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.graph.inputs import Inputs, SyncedCopy
from sphinxext_opsdocs.rules.engine.base import Context, page, rule


def copies(graph: TraceabilityGraph) -> Iterable[SyncedCopy]:
    """Every synced copy of a file of another project."""
    return graph.inputs.copies


def _fetched(day: str) -> Inputs:
    origin = "https://specs.example/canonical-index.json.gz"
    path = "opsdocs-sources/api/canonical-index.json.gz"
    return Inputs(copies=(SyncedCopy("api", origin, path, date.fromisoformat(day)),))


@rule(
    severity="warning",
    clauses=("boundary.drift",),
    over=copies,
    bad=page(inputs=_fetched("2026-09-30")),
    good=page(inputs=_fetched("2026-11-16")),
)
def index_stale(copy: SyncedCopy, context: Context) -> Iterator[Fault]:
    """Copies of other projects' indexes and inventories were synced within ``sync.max_age`` days.

    A copy whose original lies on this machine and has another content is stale at once.
    ``opsdocs sync`` fetches them.
    """
    limit = context.graph.config.sync.max_age
    age = (context.today - copy.fetched).days
    if copy.is_outdated:
        fault = f"{copy.origin} has changed since"
    elif limit and age > limit:
        fault = f"that is {age} days ago, and the limit is {limit}"
    else:
        return
    yield Fault(
        f'the copy of {copy.origin} for "{copy.group}" was synced on {copy.fetched}; {fault}: '
        '"opsdocs sync" beside conf.py',
        Place(copy.path, 1),
        "",
        copy.path,
    )
