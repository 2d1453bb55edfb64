"""Every reference was looked at from both sides once."""

from collections.abc import Iterable, Iterator
from itertools import chain

from sphinxext_opsdocs.findings import Fault
from sphinxext_opsdocs.graph import CanonicalEdge, SourceLimit, TraceabilityGraph
from sphinxext_opsdocs.inputs import Inputs
from sphinxext_opsdocs.lock import Lock
from sphinxext_opsdocs.rules.base import Context, page, related, reviewed, rule, unknowing
from sphinxext_opsdocs.rules.canonical_suspect import knows_text


def pinnable_edges(graph: TraceabilityGraph) -> Iterable[CanonicalEdge | SourceLimit]:
    """One reference for each document and section, where the project keeps a lock."""
    if not graph.pins:
        return ()
    edges: dict[tuple[str, str], CanonicalEdge] = {}
    for edge in graph.edges:
        section = edge.resolution.section
        if section and section.entry.digest and edge.docname not in graph.specifications:
            edges.setdefault((edge.docname, section.id), edge)
    return chain(edges.values(), graph.limits(knows_text))


@rule(
    severity="warning",
    clauses=("boundary.drift",),
    over=pinnable_edges,
    bad=page(inputs=Inputs(lock=Lock())),
    good=page(inputs=Inputs(lock=reviewed(rate_limits="What a throttled client gets."))),
)
def canonical_unpinned(edge: CanonicalEdge | SourceLimit, context: Context) -> Iterator[Fault]:
    """In a project with a lock, every canonical reference has its section pinned.

    ``opsdocs accept`` pins what was reviewed. A project without ``opsdocs.lock`` is let be. For
    sections that are known from an inventory or a needs.json alone, a note says once that they
    cannot be pinned.
    """
    if isinstance(edge, SourceLimit):
        yield unknowing(edge, "they cannot be pinned; have a canonical index published", context)
        return
    section = edge.resolution.section
    if section and not context.graph.pin_of(edge):
        yield Fault(
            f'"{section.id}" is not pinned for this page: opsdocs accept {edge.docname} '
            f"{section.id}",
            edge.place,
            edge.docname,
            section.id,
            (related(section),),
        )
