"""Every reference was looked at from both sides once."""

from collections.abc import Iterable, Iterator

from sphinxext_opsdocs.canonical.lock_file import Lock
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import CanonicalEdge, TraceabilityGraph
from sphinxext_opsdocs.graph.inputs import Inputs
from sphinxext_opsdocs.rules.canonical_suspect import knows_text
from sphinxext_opsdocs.rules.engine.base import Context, Knowledge, page, related, reviewed, rule


def pinnable_edges(graph: TraceabilityGraph) -> Iterable[CanonicalEdge]:
    """References of pages that are no specifications, where the project keeps a lock.

    One for each document and section whose text is known, and all to other sections.
    """
    if not graph.pins:
        return
    told: set[tuple[str, str]] = set()
    for edge in graph.edges:
        section = edge.resolution.section
        if section and edge.docname not in graph.specifications:
            key = (edge.docname, section.id)
            if not knows_text(section) or (section.entry.digest and key not in told):
                told.add(key)
                yield edge


@rule(
    severity="warning",
    clauses=("boundary.drift",),
    over=pinnable_edges,
    bad=page(inputs=Inputs(lock=Lock())),
    good=page(inputs=Inputs(lock=reviewed(rate_limits="What a throttled client gets."))),
    needs=Knowledge(knows_text, "they cannot be pinned; have a canonical index published"),
)
def canonical_unpinned(edge: CanonicalEdge, context: Context) -> Iterator[Fault]:
    """In a project with a lock, every canonical reference of an operational page is pinned.

    ``opsdocs accept`` pins what was reviewed. A project without ``opsdocs.lock`` is let be. For
    sections that are known from an inventory or a needs.json alone, a note says once that they
    cannot be pinned.
    """
    section = edge.resolution.section
    if section and not context.graph.pin_of(edge):
        yield Fault(
            f'"{section.id}" is not pinned for this page: "opsdocs accept {edge.docname} '
            f'{section.id}" beside conf.py',
            edge.place,
            edge.docname,
            section.id,
            (related(section),),
        )
