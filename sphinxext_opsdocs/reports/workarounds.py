"""Where the workaround of a deviation is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sphinxext_opsdocs.facts.model import Deviation

if TYPE_CHECKING:
    from sphinxext_opsdocs.graph.graph import TraceabilityGraph

__all__ = ["workaround_place"]


def workaround_place(graph: TraceabilityGraph, docname: str, deviation: Deviation) -> str:
    """The place of the first workaround, as ``docname#anchor``; empty if there is none.

    One that the deviation contains is at the deviation itself.
    """
    if not deviation.id:
        return ""
    for page, workaround in graph.workarounds.get(deviation.id, ()):
        if workaround.is_nested and page == docname:
            return f"{docname}#{deviation.anchor}"
    for page, workaround in graph.workarounds.get(deviation.id, ()):
        return f"{page}#{workaround.section}"
    return ""
