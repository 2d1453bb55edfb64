"""A reference stays true to the text that it was written against."""

from collections.abc import Iterable, Iterator

from sphinxext_opsdocs.canonical.lock_file import Pin
from sphinxext_opsdocs.canonical.section import CanonicalSection
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import CanonicalEdge, TraceabilityGraph
from sphinxext_opsdocs.graph.inputs import Inputs
from sphinxext_opsdocs.rules.engine.base import Context, Knowledge, page, related, reviewed, rule
from sphinxext_opsdocs.text.digest import format_of


def pinned_edges(graph: TraceabilityGraph) -> Iterable[CanonicalEdge]:
    """One reference for each pin that has any."""
    edges: dict[tuple[str, str], CanonicalEdge] = {}
    for edge in graph.edges if graph.pins else ():
        section = edge.resolution.section
        if section and graph.pin_of(edge):
            edges.setdefault((edge.docname, section.id), edge)
    return edges.values()


def knows_text(section: CanonicalSection) -> bool:
    """Whether a change of the section can be seen."""
    return section.kind.knows_text


@rule(
    severity="warning",
    clauses=("boundary.drift", "review.aligned"),
    over=pinned_edges,
    bad=page(inputs=Inputs(lock=reviewed(rate_limits="A throttled client gets 429."))),
    good=page(inputs=Inputs(lock=reviewed(rate_limits="What a throttled client gets."))),
    needs=Knowledge(knows_text, "whether pinned sections changed is not known"),
)
def canonical_suspect(edge: CanonicalEdge, context: Context) -> Iterator[Fault]:
    """A section that a document was reviewed against has not changed since.

    ``opsdocs.lock`` pins the text that was reviewed, of the section and everything below it.
    Reformatting is no change. ``opsdocs accept`` shows both texts and pins the new one.
    """
    section, pin = edge.resolution.section, context.graph.pin_of(edge)
    if not section or not pin or not section.entry.digest:
        return
    if pin.digest == section.entry.whole_digest:
        return
    yield Fault(
        f'"{section.id}" {_change(section, pin)}: look at both sides, then '
        f'"opsdocs accept {edge.docname} {section.id}" beside conf.py',
        edge.place,
        edge.docname,
        f"{section.id} {section.entry.whole_digest}",
        (related(section),),
    )


def _change(section: CanonicalSection, pin: Pin) -> str:
    if format_of(pin.digest) != format_of(section.entry.digest):
        return f"was pinned with digest format {format_of(pin.digest)}, which cannot be compared"
    below = " in a section below it" if pin.own_digest == section.entry.digest else ""
    return f"changed{below} since this page was reviewed against it{_when(pin)}"


def _when(pin: Pin) -> str:
    parts = [f"on {pin.on}" if pin.on else "", f"in version {pin.version}" if pin.version else ""]
    told = ", ".join(filter(None, parts))
    return f" ({told})" if told else ""
