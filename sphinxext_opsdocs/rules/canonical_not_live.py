"""Live specifications are referred to."""

from collections.abc import Iterable, Iterator

from sphinxext_opsdocs.findings import Fault, Related
from sphinxext_opsdocs.graph import CanonicalEdge, TraceabilityGraph
from sphinxext_opsdocs.rules.base import Context, directive, page, rule


def resolved_edges(graph: TraceabilityGraph) -> Iterable[CanonicalEdge]:
    """The canonical references that name exactly one section."""
    return (edge for edge in graph.edges if edge.resolution.section)


@rule(
    severity="warning",
    clauses=("boundary.link", "boundary.authority"),
    over=resolved_edges,
    bad=page(directive("canonical-ref", "api:next-limits")),
    good=page(directive("canonical-ref", "api:rate-limits")),
)
def canonical_not_live(edge: CanonicalEdge, context: Context) -> Iterator[Fault]:
    """A canonical reference names a section of a live specification.

    The page is of class ``specification`` and its status is Canonical. For specifications
    without a header, ``default_status`` of the spec domain speaks.
    """
    section = edge.resolution.section
    if not section or (section.is_specification and section.status == "Canonical"):
        return
    if section.is_specification:
        reason = f"its page is {section.status}"
    elif section.status:
        reason = "its page is no specification"
    else:
        reason = "its page does not say that it is a live specification"
    yield Fault(
        f'"{edge.resolution.target}" is not live: {reason}',
        edge.place,
        edge.docname,
        edge.resolution.target,
        (Related("the section", section.place),),
    )
