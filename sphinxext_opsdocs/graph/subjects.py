"""What a graph of dependencies can be of, and whether it exists."""

from collections.abc import Collection

from sphinxext_opsdocs.config.did_you_mean import did_you_mean
from sphinxext_opsdocs.graph.graph import TraceabilityGraph

__all__ = ["subject_fault"]


def subject_fault(graph: TraceabilityGraph, kind: str, value: str) -> str:
    """What is wrong with a subject; empty for one that exists."""
    if kind == "section":
        return "" if graph.resolve(value).section else f'there is no section "{value}"'
    known = _known(graph, kind)
    if value in known:
        return ""
    hint = did_you_mean(value, known)
    if kind == "page":
        return f'no page "{value}" has a header or markup of opsdocs{hint}'
    return f'there is no {kind} "{value}"{hint}'


def _known(graph: TraceabilityGraph, kind: str) -> Collection[str]:
    if kind == "page":
        return graph.documents
    if kind == "deviation":
        return graph.deviations_by_id
    return graph.config.domains
