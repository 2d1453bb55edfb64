"""Workarounds live with their deviation."""

from collections.abc import Iterable, Iterator

from sphinxext_opsdocs.facts.model import Workaround
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.rules.engine.base import Context, deviation, directive, page, rule


def workarounds(graph: TraceabilityGraph) -> Iterable[tuple[str, Workaround]]:
    """Every workaround, with its docname."""
    for document in graph.documents.values():
        for workaround in document.workarounds:
            yield document.docname, workaround


@rule(
    severity="warning",
    clauses=("deviation.workaround",),
    over=workarounds,
    bad=page(directive("workaround", "", "Raise the drain grace period.")),
    good=page(
        deviation(),
        directive("workaround", "", "Raise the drain grace period.", deviation="DEV-0007"),
    ),
)
def workaround_misplaced(subject: tuple[str, Workaround], context: Context) -> Iterator[Fault]:
    """A workaround stands inside the deviation that it works around, or names it.

    One that stands alone becomes the way things are done, and nobody knows when to drop it.
    """
    docname, workaround = subject
    if workaround.inside:
        return
    if not workaround.deviation:
        yield Fault(
            "this workaround is in no deviation; move it into one or name it with :deviation:",
            workaround.place,
            docname,
            workaround.section,
        )
    elif workaround.deviation not in context.graph.deviations_by_id:
        yield Fault(
            f'this workaround names deviation "{workaround.deviation}", which is not recorded',
            workaround.place,
            docname,
            workaround.deviation,
        )
