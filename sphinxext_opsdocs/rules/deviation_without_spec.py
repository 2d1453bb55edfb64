"""A deviation says what it deviates from."""

from collections.abc import Iterator

from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import DeviationNode
from sphinxext_opsdocs.rules.engine.base import Context, deviation, page, rule


@rule(
    severity="error",
    clauses=("deviation.spec",),
    over=lambda graph: graph.deviations,
    bad=page(deviation(spec=None)),
    good=page(deviation()),
)
def deviation_without_spec(node: DeviationNode, context: Context) -> Iterator[Fault]:
    """A deviation names the canonical section that it diverges from, in ``spec``."""
    if not node.specs:
        yield Fault(
            f'deviation "{node.deviation.id}" names no specification section; add :spec:',
            node.deviation.place,
            node.docname,
            node.deviation.id,
        )
