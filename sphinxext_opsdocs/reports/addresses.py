"""Addresses of published pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sphinxext_opsdocs.canonical.page_url import folder_url, with_anchor

if TYPE_CHECKING:
    from sphinxext_opsdocs.graph.graph import TraceabilityGraph

__all__ = ["page_address"]


def page_address(graph: TraceabilityGraph, docname: str, anchor: str = "") -> str:
    """Return the address of a page; empty if nobody says where pages are published."""
    base = folder_url(graph.inputs.base_url)
    return base and with_anchor(f"{base}{docname}.html", anchor)
