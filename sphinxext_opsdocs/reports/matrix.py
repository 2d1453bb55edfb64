"""The traceability matrix: who depends on which canonical section, and the holes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from msgspec import Struct

from sphinxext_opsdocs.canonical.section import CanonicalSection
from sphinxext_opsdocs.config.classes import SPECIFICATION
from sphinxext_opsdocs.graph.nodes import CanonicalEdge
from sphinxext_opsdocs.reports.blocks import (
    Cell,
    Part,
    badge,
    deviation_part,
    doc_part,
    joined,
    phrase,
    section_part,
    styled,
    text_cell,
    titled_section,
)
from sphinxext_opsdocs.reports.filters import Filters, is_wanted
from sphinxext_opsdocs.reports.report import Chip, Report
from sphinxext_opsdocs.reports.table_model import Column

if TYPE_CHECKING:
    from sphinxext_opsdocs.graph.graph import TraceabilityGraph

__all__ = ["MATRIX"]


class _Entry(Struct, frozen=True):
    """A section with the documents that depend on it, or a document that depends on none."""

    graph: TraceabilityGraph
    section: CanonicalSection | None
    documents: Sequence[str]
    deviations: Mapping[str, Sequence[str]]
    """Ids by state, ``open`` or ``resolved``."""

    @property
    def is_hole(self) -> bool:
        return not self.section or not self.documents


def _entries(graph: TraceabilityGraph, today: date, filters: Filters) -> Iterator[_Entry]:
    yield from _sections(graph, filters)
    if "domain" not in filters:  # a document without references belongs to no spec domain
        yield from _documents_without_references(graph, filters)


def _sections(graph: TraceabilityGraph, filters: Filters) -> Iterator[_Entry]:
    edges: dict[str, list[CanonicalEdge]] = defaultdict(list)
    # with the named sections that no document refers to: they are the holes
    sections = {section.id: section for section in graph.named_sections}
    for edge in graph.edges:
        if (section := edge.resolution.section) and is_wanted(filters, document=edge.docname):
            edges[section.id].append(edge)
            sections[section.id] = section
    for key in sorted(sections):
        if is_wanted(filters, domain=sections[key].domain_key):
            documents = sorted({edge.docname for edge in edges[key]})
            yield _Entry(graph, sections[key], documents, _by_state(graph, edges[key]))


def _documents_without_references(graph: TraceabilityGraph, filters: Filters) -> Iterator[_Entry]:
    for document in graph.governed:
        name = document.facts.docname
        if document.header.document_class == SPECIFICATION or name in graph.edges_by_document:
            continue
        if is_wanted(filters, document=name):
            yield _Entry(graph, None, [name], {})


def _by_state(
    graph: TraceabilityGraph, edges: Sequence[CanonicalEdge]
) -> Mapping[str, Sequence[str]]:
    numbers: dict[str, list[str]] = defaultdict(list)
    for number in sorted({edge.deviation for edge in edges if edge.deviation}):
        numbers[graph.deviations_by_id[number][0].deviation.state].append(number)
    return numbers


def _section(entry: _Entry) -> Cell:
    if not entry.section:
        return (phrase("none"),)
    return (section_part(entry.section),)


def _title(entry: _Entry) -> Cell:
    if not entry.section:
        return ()
    return text_cell(entry.section.title)


def _status(entry: _Entry) -> Cell:
    if not entry.section:
        return ()
    return (phrase(entry.section.status or "unknown"),)


def _documents(entry: _Entry) -> Cell:
    return joined(map(doc_part, entry.documents), phrase("none"))


def _deviations(state: str) -> Callable[[_Entry], Cell]:
    return lambda entry: joined(map(deviation_part, entry.deviations.get(state, ())))


def _shown_section(entry: _Entry) -> Cell:
    if not entry.section:
        return (phrase("none"),)
    return titled_section(entry.section), Part(entry.section.id, style="below")


def _shown_status(entry: _Entry) -> Cell:
    if not entry.section:
        return ()
    return (badge(entry.section.status or "unknown"),)


def _shown_documents(entry: _Entry) -> Cell:
    documents = entry.graph.documents
    return joined(
        (doc_part(name, documents[name].title) for name in entry.documents), phrase("none")
    )


def _shown_deviations(entry: _Entry) -> Cell:
    still_open = entry.deviations.get("open", ())
    resolved = entry.deviations.get("resolved", ())
    cell = joined(map(deviation_part, still_open))
    if resolved:
        text = phrase("{count} resolved", count=str(len(resolved)))
        cell = (*cell, styled(text, "below"))
    return cell


def _tags(entry: _Entry) -> Iterator[str]:
    if entry.is_hole:
        yield "hole"
    if entry.deviations.get("open"):
        yield "open"


MATRIX = Report(
    "traceability-matrix",
    "canonical sections and the documents that depend on them, with the holes on both sides",
    (
        Column("section", "Canonical section", _section, _shown_section, width=7),
        Column("title", "Title", _title),
        Column("status", "Status", _status, _shown_status, width=4),
        Column("documents", "Documents", _documents, _shown_documents, width=8),
        Column("open", "Open deviations", _deviations("open"), _shown_deviations, width=4),
        Column("resolved", "Resolved", _deviations("resolved")),
    ),
    {"domain": "spec domains", "document": "docname globs"},
    _entries,
    lambda entry: "hole" if entry.is_hole else "",
    _tags,
    lambda _: (Chip("hole", "Holes only"), Chip("open", "With open deviations")),
)
