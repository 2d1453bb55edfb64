"""Somebody compared both sides of every reference once."""

from collections.abc import Iterable, Iterator

from sphinxext_opsdocs.canonical.lock_file import Lock
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.graph.inputs import Inputs
from sphinxext_opsdocs.graph.nodes import CanonicalEdge
from sphinxext_opsdocs.rules._support.references import has_text, pinned, related
from sphinxext_opsdocs.rules.engine.base import Context, Precondition, rule
from sphinxext_opsdocs.rules.engine.examples import directive, page

ACCEPT = "opsdocs accept ops/page api:rate-limits"


def _pinnable_edges(graph: TraceabilityGraph) -> Iterable[CanonicalEdge]:
    """References of operational pages, where the project keeps a lock.

    One for each document and section with text, and every one to a section without: the engine
    counts those for its note.
    """
    if not graph.pins:
        return
    listed: set[tuple[str, str]] = set()
    for edge in graph.edges:
        section = edge.resolution.section
        if section and edge.docname not in graph.specifications:
            key = (edge.docname, section.id)
            if not has_text(section) or (section.entry.digest and key not in listed):
                listed.add(key)
                yield edge


@rule(
    severity="warning",
    clauses=("boundary.drift",),
    over=_pinnable_edges,
    why="Nobody recorded which text of the section this page was written against. A later change "
    "of it is reported on every other page that depends on it, but not here.",
    bad=page(
        directive("canonical-ref", "api:rate-limits", why="the drain relies on the status"),
        reference=False,
        inputs=Inputs(lock=Lock()),
        note="``opsdocs.lock`` has no entry for this page and section.",
    ),
    good=page(
        directive("canonical-ref", "api:rate-limits", why="the drain relies on the status"),
        reference=False,
        inputs=Inputs(lock=pinned(rate_limits="What a throttled client gets.")),
        note=f"The page stays as it is. Compare it with the section, then run ``{ACCEPT}``, which "
        "adds the entry.",
    ),
    needs=Precondition(
        has_text,
        "does not contain the text of sections, so they cannot be pinned; ask for a canonical "
        "index",
    ),
)
def canonical_unpinned(edge: CanonicalEdge, context: Context) -> Iterator[Fault]:
    """In a project with a lock, every canonical reference of an operational page is pinned.

    ``opsdocs accept`` pins what was reviewed. A project without ``opsdocs.lock`` is not checked.
    For sections that are known from an inventory or a needs.json alone, one note says that they
    cannot be pinned.
    """
    section = edge.resolution.section
    if section and not context.graph.pin_of(edge):
        yield Fault(
            f'"{section.id}" is not pinned for this page; compare both sides, then run '
            f'"opsdocs accept {edge.docname} {section.id}"',
            edge.place,
            edge.docname,
            section.id,
            (related(section),),
        )
