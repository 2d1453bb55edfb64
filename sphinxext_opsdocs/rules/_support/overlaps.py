"""What rules on repeated canonical text share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from sphinxext_opsdocs.canonical.section import CanonicalSection
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.graph.overlap import Overlap
from sphinxext_opsdocs.graph.overlap_cache import has_canonical_text
from sphinxext_opsdocs.rules._support.references import related

__all__ = ["Repetition", "passages_read", "reference_to", "repetition_fault", "repetitions"]


class Repetition(Struct, frozen=True):
    """An overlap, with the page that repeats and the section that it repeats."""

    docname: str
    overlap: Overlap
    section: CanonicalSection


def repetitions(graph: TraceabilityGraph, kind: str) -> Iterator[Repetition]:
    """The overlaps of a kind, page by page."""
    nameless = _nameless_sections(graph)
    for docname, checked in sorted(graph.overlaps.items()):
        for overlap in checked.overlaps:
            if overlap.kind != kind:
                continue
            # a section that two sources have is ambiguous, and nobody can say which was copied
            section = graph.resolve(overlap.target).section
            # one with a counted anchor has no name for writers, but it can be copied as well
            section = section or nameless.get(overlap.target)
            if section:
                yield Repetition(docname, overlap, section)


def passages_read(graph: TraceabilityGraph) -> int:
    """The number of passages that were compared with canonical text; 0 if there is no such text."""
    if not has_canonical_text(graph.sources):
        return 0
    return sum(facts.prose_size.passages for facts in graph.judged)


def _nameless_sections(graph: TraceabilityGraph) -> Mapping[str, CanonicalSection]:
    """Return the sections that no target can name, by identity."""
    if not graph.overlaps:
        return {}
    return {
        section.id: section
        for sources in graph.sources.values()
        for source in sources
        for section in source.sections
        if section.entry.is_nameless
    }


def reference_to(section: CanonicalSection) -> str:
    """Return what a message tells the writer to refer to."""
    if not section.entry.is_nameless:
        return section.id
    return f'{_page_of(section)} (section "{section.title}", which needs a label)'


def _page_of(section: CanonicalSection) -> str:
    return f"{section.domain_key}:{section.docname}"


def repetition_fault(repetition: Repetition, message: str) -> Fault:
    """Return a fault where the page repeats, with the section as its other place."""
    overlap, section = repetition.overlap, repetition.section
    name = overlap.target
    if section.entry.is_nameless:
        # its anchor is counted, and another one after the next edit of the page
        name = f"{_page_of(section)} {section.title}"
    return Fault(
        message,
        overlap.place,
        repetition.docname,
        f"{name} {overlap.text}",
        (related(section, f'the section "{section.title}"'),),
        confidence=overlap.confidence,
    )
