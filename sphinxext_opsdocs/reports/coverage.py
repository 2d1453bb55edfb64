"""Which page relies on which section, as far as a picture can show it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sphinxext_opsdocs.graph.nodes import DeviationNode
from sphinxext_opsdocs.reports.blocks import CoverageMap, Part, doc_part, phrase
from sphinxext_opsdocs.reports.severities import severity_tone

if TYPE_CHECKING:
    from sphinxext_opsdocs.graph.graph import TraceabilityGraph

__all__ = ["find_coverage"]

MOST_SECTIONS, MOST_PAGES = 80, 40
"""Of a picture; the matrix has everything."""


def find_coverage(
    graph: TraceabilityGraph, deviations: Sequence[DeviationNode]
) -> CoverageMap | None:
    """The map of the named sections; None where there are none, or too many.

    ``deviations`` are the open ones, the worst first.
    """
    sections = sorted(graph.named_sections, key=lambda section: section.id)
    relying: dict[str, dict[str, str]] = defaultdict(dict)
    for edge in graph.edges:
        if edge.resolution.section:
            relying[edge.resolution.section.id].setdefault(edge.docname, "")
    for node in reversed(deviations):
        look = severity_tone(graph.config, node.deviation.severity)
        for spec in node.specs:
            if spec.section:
                relying[spec.section.id][node.docname] = look
    pages = sorted({name for section in sections for name in relying[section.id]})
    if not 0 < len(sections) <= MOST_SECTIONS or len(pages) > MOST_PAGES:
        return None
    columns = tuple(doc_part(name, graph.documents[name].title) for name in pages)
    rows = tuple(
        (
            Part(f"{section.domain_key}: {section.title}", "canonical", section.id),
            tuple((pages.index(name), look) for name, look in relying[section.id].items()),
        )
        for section in sections
    )
    legend = phrase(
        "A dot: the page relies on the section. A shape: it records an open deviation from it. "
        "A dashed line: no page relies on the section."
    )
    return CoverageMap(phrase("Which page relies on which section"), columns, rows, legend)
