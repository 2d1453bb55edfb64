"""A deviation names what it deviates from."""

from collections.abc import Iterator

from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.nodes import DeviationNode
from sphinxext_opsdocs.rules._support.deviations import deviation_fault
from sphinxext_opsdocs.rules.engine.base import Context, rule
from sphinxext_opsdocs.rules.engine.examples import deviation, page


@rule(
    severity="error",
    clauses=("deviation.spec",),
    over=lambda graph: graph.deviations,
    why="Nobody can tell whether the system is wrong or the expectation, and the owner of the "
    "specification does not see the record among those of their sections.",
    bad=page(deviation(spec=None)),
    good=page(deviation()),
)
def deviation_without_spec(node: DeviationNode, context: Context) -> Iterator[Fault]:
    """A deviation names the canonical section that it diverges from, in ``spec``."""
    if not node.specs:
        message = f'deviation "{node.deviation.id}" names no specification section; add :spec:'
        yield deviation_fault(node, message)
