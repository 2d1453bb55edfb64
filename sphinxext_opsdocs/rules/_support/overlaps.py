"""What rules on repeated canonical text share."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from sphinxext_opsdocs.canonical.section import CanonicalSection
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.graph.overlap import Overlap
from sphinxext_opsdocs.rules._support.references import related

__all__ = ["Repetition", "repetition_fault", "repetitions"]


class Repetition(Struct, frozen=True):
    """An overlap, with the page that repeats and the section that it repeats."""

    docname: str
    overlap: Overlap
    section: CanonicalSection


def repetitions(graph: TraceabilityGraph, kind: str) -> Iterator[Repetition]:
    """The overlaps of a kind, page by page."""
    for docname, checked in sorted(graph.overlaps.items()):
        for overlap in checked.overlaps:
            if overlap.kind != kind:
                continue
            # a section that two sources have is ambiguous, and nobody can say which was copied
            section = graph.resolve(overlap.target).section
            if section:
                yield Repetition(docname, overlap, section)


def repetition_fault(repetition: Repetition, message: str) -> Fault:
    """Return a fault where the page repeats, with the section as its other place."""
    overlap, section = repetition.overlap, repetition.section
    return Fault(
        message,
        overlap.place,
        repetition.docname,
        f"{overlap.target} {overlap.text}",
        (related(section, f'the section "{section.title}"'),),
    )
