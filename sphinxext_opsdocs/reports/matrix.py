"""The traceability matrix: who depends on which canonical section, and the holes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

from sphinxext_opsdocs.canonical.section import CanonicalSection
from sphinxext_opsdocs.graph.graph import CanonicalEdge, TraceabilityGraph
from sphinxext_opsdocs.reports.cells import (
    Filters,
    Part,
    Row,
    is_wanted,
    joined,
    section_part,
    text_cell,
)

__all__ = ["matrix_rows"]


def matrix_rows(graph: TraceabilityGraph, today: date, filters: Filters) -> Iterator[Row]:
    edges: dict[str, list[CanonicalEdge]] = defaultdict(list)
    sections: dict[str, CanonicalSection] = {}
    for edge in graph.edges:
        if (section := edge.resolution.section) and is_wanted(filters, document=edge.docname):
            edges[section.id].append(edge)
            sections[section.id] = section
    for section in graph.named_sections:
        sections.setdefault(section.id, section)
    for key in sorted(sections):
        section = sections[key]
        if not is_wanted(filters, domain=section.domain):
            continue
        documents = sorted({edge.docname for edge in edges[key]})
        states = _states(graph, edges[key])
        yield Row(
            (
                (section_part(section),),
                text_cell(section.title),
                text_cell(section.status or "unknown"),
                joined((Part(name, "doc", name) for name in documents), "none"),
                joined(Part(number, "deviation", number) for number in states["open"]),
                joined(Part(number, "deviation", number) for number in states["resolved"]),
            ),
            "" if documents else "hole",
        )
    if "domain" in filters:
        return
    for document in graph.governed:
        name = document.facts.docname
        if document.header.document_class == "specification":
            continue
        if name not in graph.edges_by_document and is_wanted(filters, document=name):
            cells = (text_cell("none"), (), (), (Part(name, "doc", name),), (), ())
            yield Row(cells, "hole")


def _states(graph: TraceabilityGraph, edges: Iterable[CanonicalEdge]) -> dict[str, list[str]]:
    found: dict[str, set[str]] = {"open": set(), "resolved": set()}
    for number in {edge.deviation for edge in edges if edge.deviation}:
        state = graph.deviations_by_id[number][0].deviation.state
        found.get(state, set()).add(number)
    return {state: sorted(numbers) for state, numbers in found.items()}
