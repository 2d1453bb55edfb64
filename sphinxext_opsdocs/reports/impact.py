"""The impact of canonical sections: a row for each reference that depends on one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING

from sphinxext_opsdocs.canonical.section import CanonicalSection
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.reports.cells import (
    Cell,
    Filters,
    Part,
    Row,
    is_wanted,
    joined,
    section_part,
    text_cell,
)

if TYPE_CHECKING:
    from sphinxext_opsdocs.impact.impact import Dependency, Impact

__all__ = ["impact_rows"]


def impact_rows(graph: TraceabilityGraph, today: date, filters: Filters) -> Iterable[Row]:
    return dict.fromkeys(_rows(graph, filters))  # several references of a section are one row


def _rows(graph: TraceabilityGraph, filters: Filters) -> Iterator[Row]:
    from sphinxext_opsdocs.impact.impact import Impact  # only where a page or command shows it

    for target in filters.get("section", ()):
        resolution = graph.resolve(target)
        if not resolution.section:
            reason = resolution.reason or "it is ambiguous"
            yield Row((text_cell(f"{target} (unresolved: {reason})"), (), (), (), (), ()), "hole")
    impact, is_named = Impact(graph), "section" in filters
    for section in _sections(graph, impact, filters):
        if not is_wanted(filters, domain=section.domain, specification=section.docname):
            continue
        for dependency in impact.of(section, is_named, with_above=is_named):
            use = dependency.use
            if is_wanted(filters, document=use.docname, owner=use.owner):
                yield Row(
                    (
                        (section_part(section),),
                        _page_cell(dependency),
                        text_cell(use.heading),
                        joined([Part(use.deviation, "deviation", use.deviation)])
                        if use.deviation and not use.project
                        else text_cell(use.deviation),
                        text_cell(graph.config.whom(use.owner)),
                        text_cell(" ← ".join(dependency.via)),
                    ),
                    "",
                )


def _sections(
    graph: TraceabilityGraph, impact: Impact, filters: Filters
) -> Iterable[CanonicalSection]:
    """The sections that a filter names, else all that anything depends on."""
    if targets := filters.get("section"):
        named = (graph.resolve(target).section for target in targets)
        return [section for section in named if section]
    return impact.used_sections()


def _page_cell(dependency: Dependency) -> Cell:
    use = dependency.use
    if not use.project:
        return (Part(use.docname, "doc", use.docname),)
    name = f"{use.project}: {use.docname}"
    return (Part(name, "url" if use.url else "", use.url),)
