"""Live specifications are referred to."""

from collections.abc import Iterable, Iterator
from itertools import chain

from sphinxext_opsdocs.findings import Fault
from sphinxext_opsdocs.graph import CanonicalEdge, SourceLimit, TraceabilityGraph
from sphinxext_opsdocs.rules.base import Context, directive, page, related, rule, unknowing


def resolved_edges(graph: TraceabilityGraph) -> Iterable[CanonicalEdge]:
    """The canonical references that name exactly one section."""
    return (edge for edge in graph.edges if edge.resolution.section)


def edges_and_limits(graph: TraceabilityGraph) -> Iterable[CanonicalEdge | SourceLimit]:
    """The resolved references, and the sources that know no status."""
    limits = graph.limits(lambda section: section.kind.knows_status or bool(section.status))
    return chain(resolved_edges(graph), limits)


@rule(
    severity="warning",
    clauses=("boundary.link", "boundary.authority"),
    over=edges_and_limits,
    bad=page(directive("canonical-ref", "api:next-limits")),
    good=page(directive("canonical-ref", "api:rate-limits")),
)
def canonical_not_live(edge: CanonicalEdge | SourceLimit, context: Context) -> Iterator[Fault]:
    """A canonical reference names a section of a live specification.

    The page is of class ``specification`` and its status is Canonical. For specifications
    without a header, ``default_status`` of the spec domain speaks. Of specifications that are
    known from an inventory or a needs.json alone, a note says once that their status is not known.
    """
    if isinstance(edge, SourceLimit):
        cannot = "whether its specifications are live is not known; set default_status"
        yield unknowing(edge, cannot, context)
        return
    section = edge.resolution.section
    if not section or section.is_live or not (section.status or section.kind.knows_status):
        return
    if not section.page.is_specification and section.status:
        reason = "its page is no specification"
    elif section.status:
        reason = f"its page is {section.status}"
    else:
        reason = "its page does not say that it is a live specification"
    yield Fault(
        f'"{edge.resolution.target}" is not live: {reason}',
        edge.place,
        edge.docname,
        edge.resolution.target,
        (related(section),),
    )
