"""Our markup can be read."""

from collections.abc import Iterable, Iterator

from sphinxext_opsdocs.findings import Fault
from sphinxext_opsdocs.graph import TraceabilityGraph
from sphinxext_opsdocs.model import DocumentFacts
from sphinxext_opsdocs.rules.base import Context, directive, page, rule


def pages_with_facts(graph: TraceabilityGraph) -> Iterable[DocumentFacts]:
    """Every page that takes part in the graph."""
    return graph.documents.values()


@rule(
    severity="error",
    clauses=("review.like_code",),
    over=pages_with_facts,
    bad=page(directive("canonical-ref", "api:rate-limits", because="the drain relies on it")),
    good=page(directive("canonical-ref", "api:rate-limits", why="the drain relies on it")),
)
def input_unreadable(document: DocumentFacts, context: Context) -> Iterator[Fault]:
    """Directives and roles of this extension have the options that they take, and no others.

    A directive that silently became plain text, or lost an option, is found here: nothing that
    a writer meant for the graph is dropped without a word.
    """
    for problem in document.problems:
        if problem.rule == "input_unreadable":
            yield Fault(problem.message, problem.place, document.docname, problem.message)
