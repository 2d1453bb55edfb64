"""A deviation is recorded once."""

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from sphinxext_opsdocs.findings.finding import Fault, Related
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.graph.nodes import DeviationNode
from sphinxext_opsdocs.rules._support.deviations import deviation_fault
from sphinxext_opsdocs.rules.engine.base import Context, rule
from sphinxext_opsdocs.rules.engine.examples import deviation, page

OTHER = {"drain": page(deviation())}


def _nodes_with_an_id(graph: TraceabilityGraph) -> Iterable[DeviationNode]:
    return (node for node in graph.deviations if node.deviation.id)


@rule(
    severity="error",
    clauses=("deviation.observed",),
    over=_nodes_with_an_id,
    why="Links, workarounds and the issue lead to the first record only. Resolving one of the two "
    "hides that the other is still open.",
    bad=page(deviation(title="Retry-After is missing"), pages=OTHER),
    good=page(deviation(title="Retry-After is missing", id="DEV-0008"), pages=OTHER),
)
def deviation_duplicate(node: DeviationNode, context: Context) -> Iterator[Fault]:
    """No two deviations have the same id. The later one is reported, with the first.

    A deviation in a file that several pages include is one deviation.
    """
    first = context.graph.deviations_by_id[node.deviation.id][0]
    # an included file gives the same deviation to each page, at the same place
    if node is first or node.deviation.place == first.deviation.place:
        return
    fault = deviation_fault(
        node,
        f'deviation id "{node.deviation.id}" is already used on "{first.docname}"; choose another',
    )
    yield replace(fault, related=(Related("the first one", first.deviation.place),))
