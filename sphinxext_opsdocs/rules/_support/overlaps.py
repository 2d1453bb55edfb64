"""What rules on repeated canonical text have in common."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from sphinxext_opsdocs.canonical.section import CanonicalSection
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.graph.overlap import Overlap
from sphinxext_opsdocs.rules.engine.base import related

__all__ = ["Repeated", "overlap_fault", "repeated"]


class Repeated(Struct, frozen=True):
    """An overlap, with the page that has it and the section that it has it from."""

    docname: str
    overlap: Overlap
    section: CanonicalSection


def repeated(graph: TraceabilityGraph, kind: str) -> Iterator[Repeated]:
    """The overlaps of a kind, page by page."""
    for docname, checked in sorted(graph.overlaps.items()):
        for overlap in checked.overlaps:
            section = graph.resolve(overlap.target).section if overlap.kind == kind else None
            if section:
                yield Repeated(docname, overlap, section)


def overlap_fault(subject: Repeated, message: str) -> Fault:
    """A fault where the page says it, with the section as its other place."""
    overlap = subject.overlap
    return Fault(
        message,
        overlap.place,
        subject.docname,
        f"{overlap.target} {overlap.text}",
        (related(subject.section, f'"{subject.section.title}" says it'),),
    )
