"""A canonical reference leads somewhere."""

from collections.abc import Iterable, Iterator
from itertools import chain

from sphinxext_opsdocs.findings import Fault
from sphinxext_opsdocs.graph import CanonicalEdge, SourceLimit, TraceabilityGraph
from sphinxext_opsdocs.rules.base import Context, directive, page, rule, unknowing


def edges_and_limits(graph: TraceabilityGraph) -> Iterable[CanonicalEdge | SourceLimit]:
    """All references, and the sources that do not know what sections their pages have."""
    return chain(graph.edges, graph.limits(lambda section: section.is_verified))


@rule(
    severity="error",
    clauses=("boundary.link", "deviation.spec"),
    over=edges_and_limits,
    bad=page(directive("canonical-ref", "api:rate-limit")),
    good=page(directive("canonical-ref", "api:rate-limits")),
)
def canonical_unresolved(edge: CanonicalEdge | SourceLimit, context: Context) -> Iterator[Fault]:
    """Every canonical reference names a section that exists.

    A target is ``domain:label``, ``domain:NEED_ID``, ``domain:page#anchor``, tried in that order,
    or an address below the ``base_url`` of a spec domain. An inventory or a needs.json does not
    list all sections of a page: a note says once that references to those are not verified.
    """
    if isinstance(edge, SourceLimit):
        yield unknowing(edge, "whether a page has such a section is not known", context)
    elif not (
        edge.resolution.sections or edge.resolution.is_unknowable or context.graph.new_place(edge)
    ):
        yield Fault(
            f'cannot resolve "{edge.resolution.target}": {edge.resolution.reason}',
            edge.place,
            edge.docname,
            edge.resolution.target,
        )
