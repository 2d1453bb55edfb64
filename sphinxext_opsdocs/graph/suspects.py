"""References to sections that have changed since the page was reviewed against them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from sphinxext_opsdocs.canonical.lock_file import Pin
from sphinxext_opsdocs.canonical.section import CanonicalSection
from sphinxext_opsdocs.graph.nodes import CanonicalEdge
from sphinxext_opsdocs.text.digest import read_digest_format

if TYPE_CHECKING:
    from sphinxext_opsdocs.graph.graph import TraceabilityGraph

__all__ = ["find_changes", "find_suspect", "is_comparable", "pinned_edges"]


def pinned_edges(
    graph: TraceabilityGraph, edges: Iterable[CanonicalEdge] | None = None
) -> Iterable[CanonicalEdge]:
    """Return one reference for each pin, since one page may refer to a section many times."""
    first: dict[tuple[str, str], CanonicalEdge] = {}
    if graph.pins is None:
        return ()
    for edge in graph.edges if edges is None else edges:
        section = edge.resolution.section
        if section and graph.pin_of(edge):
            first.setdefault((edge.docname, section.id), edge)
    return first.values()


def find_suspect(
    graph: TraceabilityGraph, edge: CanonicalEdge
) -> tuple[CanonicalSection, Pin] | None:
    """Return the section and the pin of a reference if the section has changed; else None."""
    section, pin = edge.resolution.section, graph.pin_of(edge)
    if not section or not pin or not section.entry.digest:
        return None
    if pin.digest == section.entry.whole_digest:
        return None
    return section, pin


def find_changes(graph: TraceabilityGraph, docname: str) -> Iterator[tuple[CanonicalSection, Pin]]:
    """Yield the sections of a page that have changed, in the order of its references."""
    for edge in pinned_edges(graph, graph.edges_by_document.get(docname, ())):
        suspect = find_suspect(graph, edge)
        if suspect and is_comparable(*suspect):
            yield suspect


def is_comparable(section: CanonicalSection, pin: Pin) -> bool:
    """Return whether two digests are of one format: those of two differ for the same text."""
    return read_digest_format(pin.digest) == read_digest_format(section.entry.digest)
