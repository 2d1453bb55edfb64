"""What a graph is of exists."""

from collections.abc import Iterable, Iterator

from sphinxext_opsdocs.facts.model import GraphSubject
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.graph.subjects import subject_fault
from sphinxext_opsdocs.rules.engine.base import Context, rule
from sphinxext_opsdocs.rules.engine.examples import directive, page


def _subjects(graph: TraceabilityGraph) -> Iterable[tuple[str, GraphSubject]]:
    """Every subject of a graph, with the docname of the page that shows it."""
    for document in graph.documents.values():
        yield from ((document.docname, subject) for subject in document.graphs)


@rule(
    severity="warning",
    clauses=("review.aligned",),
    over=_subjects,
    why="Readers see a line that says so in place of the picture: most often the page, deviation "
    "or section was renamed, and nobody looked at this page again.",
    bad=page(directive("traceability-graph", section="api:rate-limit")),
    good=page(directive("traceability-graph", section="api:rate-limits")),
)
def graph_subject_unknown(subject: tuple[str, GraphSubject], context: Context) -> Iterator[Fault]:
    """A ``traceability-graph`` is of a page, deviation, section or spec domain that exists."""
    docname, shown = subject
    if fault := subject_fault(context.graph, shown.kind, shown.value):
        yield Fault(fault, shown.place, docname, f"{shown.kind} {shown.value}")
