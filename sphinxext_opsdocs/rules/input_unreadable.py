"""Our markup can be read."""

from collections.abc import Iterable, Iterator
from itertools import chain

from sphinxext_opsdocs.findings import Fault
from sphinxext_opsdocs.graph import TraceabilityGraph
from sphinxext_opsdocs.model import DocumentFacts, Problem
from sphinxext_opsdocs.rules.base import Context, directive, page, rule


def pages_with_facts(graph: TraceabilityGraph) -> Iterable[DocumentFacts]:
    """Every page that takes part in the graph."""
    return graph.documents.values()


def pages_and_files(graph: TraceabilityGraph) -> Iterable[DocumentFacts | Problem]:
    """Every page that takes part in the graph, and every file that could not be read."""
    return chain(pages_with_facts(graph), graph.inputs.problems)


@rule(
    severity="error",
    clauses=("review.like_code",),
    over=pages_and_files,
    bad=page(directive("canonical-ref", "api:rate-limits", because="the drain relies on it")),
    good=page(directive("canonical-ref", "api:rate-limits", why="the drain relies on it")),
)
def input_unreadable(document: DocumentFacts | Problem, context: Context) -> Iterator[Fault]:
    """Directives and roles of this extension have the options that they take, and no others.

    A directive that silently became plain text, or lost an option, is found here: nothing that
    a writer meant for the graph is dropped without a word. So is a lock, an index or another file
    of the project that cannot be read; references that need it are then not judged.
    """
    if isinstance(document, Problem):
        yield Fault(document.message, document.place, "", document.message)
        return
    for problem in document.problems:
        if problem.rule == "input_unreadable":
            yield Fault(problem.message, problem.place, document.docname, problem.message)
