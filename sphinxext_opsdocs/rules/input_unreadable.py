"""Our markup and our files can be read."""

from collections.abc import Iterable, Iterator
from itertools import chain

from sphinxext_opsdocs.facts.model import DocumentFacts, Problem
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.rules.engine.base import Context, directive, page, rule


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
def input_unreadable(source: DocumentFacts | Problem, context: Context) -> Iterator[Fault]:
    """Markup of this extension, and the files that a team keeps for it, can be read.

    A directive that silently became plain text, or lost an option, is found here: nothing that
    a writer meant for the graph is dropped without a word. So is a lock, an index or another file
    of the project that cannot be read; references that need it are then not judged.
    """
    if isinstance(source, Problem):
        yield Fault(source.message, source.place, "", source.message)
        return
    for problem in source.problems:
        if problem.rule == "input_unreadable":
            yield Fault(problem.message, problem.place, source.docname, problem.message)
