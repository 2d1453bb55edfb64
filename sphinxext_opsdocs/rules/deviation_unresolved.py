"""A named deviation exists."""

from collections.abc import Iterable, Iterator

from sphinxext_opsdocs.config.did_you_mean import did_you_mean
from sphinxext_opsdocs.facts.model import Link
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.rules.engine.base import Context, rule
from sphinxext_opsdocs.rules.engine.examples import deviation, page


def _roles(graph: TraceabilityGraph) -> Iterable[tuple[str, Link]]:
    """Every role that names a deviation, with its docname."""
    for document in graph.documents.values():
        yield from ((document.docname, link) for link in document.links if link.is_role)


@rule(
    severity="error",
    clauses=("deviation.observed", "deviation.escalated"),
    over=_roles,
    why="The sentence relies on a record that is not there: readers cannot look up what was "
    "observed, and nobody is waiting for it to be resolved.",
    bad=page("Expect 503 instead of 429: see {deviation:DEV-0070}.", deviation()),
    good=page("Expect 503 instead of 429: see {deviation:DEV-0007}.", deviation()),
)
def deviation_unresolved(subject: tuple[str, Link], context: Context) -> Iterator[Fault]:
    """The id in a ``deviation`` role is that of a recorded deviation.

    One of another project counts if intersphinx knows it. A workaround that names an unknown
    deviation is ``workaround_misplaced``.
    """
    docname, link = subject
    known = context.graph.deviations_by_id
    if link.target not in known:
        hint = did_you_mean(link.target, known) or "; correct the id, or record the deviation"
        message = f'no deviation has the id "{link.target}"{hint}'
        yield Fault(message, link.place, docname, link.target)
