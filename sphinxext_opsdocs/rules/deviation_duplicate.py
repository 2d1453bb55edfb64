"""A deviation is recorded once."""

from collections.abc import Iterable, Iterator

from sphinxext_opsdocs.findings.finding import Fault, Related
from sphinxext_opsdocs.graph.graph import DeviationNode, TraceabilityGraph
from sphinxext_opsdocs.rules.engine.base import Context, deviation, page, rule


def _nodes_with_an_id(graph: TraceabilityGraph) -> Iterable[DeviationNode]:
    return (node for node in graph.deviations if node.deviation.id)


@rule(
    severity="error",
    clauses=("deviation.observed",),
    over=_nodes_with_an_id,
    bad=page(deviation(), deviation(title="The same id again")),
    good=page(deviation(), deviation(title="Another one", id="DEV-0008")),
)
def deviation_duplicate(node: DeviationNode, context: Context) -> Iterator[Fault]:
    """No two deviations have the same id. The later one is reported, with the first.

    One that stands in a file which several pages include is one deviation.
    """
    first = context.graph.deviations_by_id[node.deviation.id][0]
    if node is not first and node.deviation.place != first.deviation.place:
        yield Fault(
            f'deviation id "{node.deviation.id}" is taken by another one on "{first.docname}"',
            node.deviation.place,
            node.docname,
            node.deviation.id,
            (Related("the first one", first.deviation.place),),
        )
