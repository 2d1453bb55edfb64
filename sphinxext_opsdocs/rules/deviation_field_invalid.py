"""A deviation can be read."""

from collections.abc import Iterable, Iterator

from sphinxext_opsdocs.facts.model import DocumentFacts
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.rules.engine.base import Context, deviation, page, rule


def pages_with_deviations(graph: TraceabilityGraph) -> Iterable[DocumentFacts]:
    """The pages that record a deviation."""
    return (page for page in graph.documents.values() if page.deviations)


@rule(
    severity="error",
    clauses=("deviation.observed", "deviation.factual"),
    over=pages_with_deviations,
    bad=page(deviation(state="accepted")),
    good=page(deviation(state="resolved", resolved="2026-11-10")),
)
def deviation_field_invalid(document: DocumentFacts, context: Context) -> Iterator[Fault]:
    """A deviation has an id, the date it was observed, a severity and a state, each one allowed.

    The state is ``open`` or ``resolved``: a deviation is never accepted, since on conflict the
    specification wins. Severities are those with an age limit in the configuration.
    """
    for problem in document.problems:
        if problem.rule == "deviation_field_invalid":
            yield Fault(problem.message, problem.place, document.docname, problem.message)
