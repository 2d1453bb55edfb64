"""Live specifications are referred to."""

from collections.abc import Iterable, Iterator

from sphinxext_opsdocs.canonical.section import CanonicalSection
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import CanonicalEdge, TraceabilityGraph
from sphinxext_opsdocs.rules.engine.base import Context, Knowledge, directive, page, related, rule


def resolved_edges(graph: TraceabilityGraph) -> Iterable[CanonicalEdge]:
    """The canonical references that name exactly one section."""
    return (edge for edge in graph.edges if edge.resolution.section)


def knows_status(section: CanonicalSection) -> bool:
    """Whether its status is known, or that it has none."""
    return section.kind.knows_status or bool(section.status)


@rule(
    severity="warning",
    clauses=("boundary.link", "boundary.authority"),
    over=resolved_edges,
    bad=page(directive("canonical-ref", "api:next-limits")),
    good=page(directive("canonical-ref", "api:rate-limits")),
    needs=Knowledge(
        knows_status, "whether its specifications are live is not known; set default_status"
    ),
)
def canonical_not_live(edge: CanonicalEdge, context: Context) -> Iterator[Fault]:
    """A canonical reference names a section of a live specification.

    The page is of class ``specification`` and its status is Canonical. For specifications
    without a header, ``default_status`` of the spec domain speaks. Of specifications that are
    known from an inventory or a needs.json alone, a note says once that their status is not known.
    """
    section = edge.resolution.section
    if not section or section.is_live:
        return
    if not section.page.is_specification and section.status:
        reason = "its page is no specification"
    elif section.status:
        reason = f"its page is {section.status}"
    else:
        reason = (
            "its page declares no status; give it a header, or set default_status of spec domain "
            f'"{section.domain}"'
        )
    yield Fault(
        f'"{edge.resolution.target}" is not live: {reason}',
        edge.place,
        edge.docname,
        edge.resolution.target,
        (related(section),),
    )
