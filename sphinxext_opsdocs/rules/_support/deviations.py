"""What rules on deviations and their workarounds share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sphinxext_opsdocs.facts.model import Workaround
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.graph.nodes import DeviationNode

__all__ = ["deviation_fault", "open_deviations", "workarounds"]


def open_deviations(graph: TraceabilityGraph) -> Iterable[DeviationNode]:
    """Open deviations with a date and a severity."""
    for node in graph.deviations:
        deviation = node.deviation
        if deviation.state == "open" and deviation.observed and deviation.severity:
            yield node


def workarounds(graph: TraceabilityGraph) -> Iterator[tuple[str, Workaround]]:
    """Every workaround, with the docname of its page."""
    for document in graph.documents.values():
        for workaround in document.workarounds:
            yield document.docname, workaround


def deviation_fault(node: DeviationNode, message: str, what: str = "") -> Fault:
    """Return a fault of a deviation; ``what`` tells those that one rule may report together."""
    deviation = node.deviation
    return Fault(message, deviation.place, node.docname, f"{deviation.id} {what}".strip())
