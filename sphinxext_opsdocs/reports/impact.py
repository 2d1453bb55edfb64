"""The impact of canonical sections: a row for each reference that depends on one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING

from msgspec import Struct

from sphinxext_opsdocs.canonical.section import CanonicalSection
from sphinxext_opsdocs.config.schema import Config
from sphinxext_opsdocs.reports.blocks import (
    Cell,
    Part,
    deviation_part,
    doc_part,
    phrase,
    section_part,
    text_cell,
    titled_section,
    url_part,
)
from sphinxext_opsdocs.reports.filters import Filters, is_wanted
from sphinxext_opsdocs.reports.report import Report
from sphinxext_opsdocs.reports.table_model import Column

if TYPE_CHECKING:
    from sphinxext_opsdocs.graph.graph import TraceabilityGraph
    from sphinxext_opsdocs.impact.impact import Dependency, Impact, Use

__all__ = ["IMPACT"]


class _Entry(Struct, frozen=True):
    """A dependency on a section, or a filter's target that does not resolve."""

    config: Config
    section: CanonicalSection | None = None
    dependency: Dependency | None = None
    target: str = ""
    reason: str = ""
    """Why the target does not resolve."""

    @property
    def use(self) -> Use | None:
        return self.dependency.use if self.dependency else None


def _entries(graph: TraceabilityGraph, today: date, filters: Filters) -> Iterator[_Entry]:
    from sphinxext_opsdocs.impact.impact import Impact  # only if a page or command shows it

    for target in filters.get("section", ()):
        resolution = graph.resolve(target)
        if not resolution.section:
            reason = resolution.reason or "it is ambiguous"
            yield _Entry(graph.config, target=target, reason=reason)
    impact, is_named = Impact(graph), "section" in filters
    for section in _sections(graph, impact, filters):
        if not is_wanted(filters, domain=section.domain_key, specification=section.docname):
            continue
        # in the table of all sections, those around a section have their own rows
        for dependency in impact.find_dependencies(section, is_named, with_above=is_named):
            use = dependency.use
            if is_wanted(filters, document=use.docname, owner=use.owners):
                yield _Entry(graph.config, section, dependency)


def _sections(
    graph: TraceabilityGraph, impact: Impact, filters: Filters
) -> Iterable[CanonicalSection]:
    """The sections that a filter names, else all that anything depends on."""
    if targets := filters.get("section"):
        named = (graph.resolve(target).section for target in targets)
        return [section for section in named if section]
    return impact.used_sections()


def _section(entry: _Entry) -> Cell:
    if entry.section:
        return (section_part(entry.section),)
    return (phrase("{target} (unresolved: {reason})", target=entry.target, reason=entry.reason),)


def _page(entry: _Entry) -> Cell:
    use = entry.use
    if not use:
        return ()
    if not use.project:
        return (doc_part(use.docname),)
    return (url_part(f"{use.project}: {use.docname}", use.url),)


def _heading(entry: _Entry) -> Cell:
    return text_cell(entry.use.heading) if entry.use else ()


def _deviation(entry: _Entry) -> Cell:
    use = entry.use
    if not use:
        return ()
    if use.deviation and not use.project:
        return (deviation_part(use.deviation),)
    return text_cell(use.deviation)


def _owner(entry: _Entry) -> Cell:
    return text_cell(entry.config.owner_label(*entry.use.owners)) if entry.use else ()


def _through(entry: _Entry) -> Cell:
    return text_cell(" ← ".join(entry.dependency.via)) if entry.dependency else ()


def _shown_section(entry: _Entry) -> Cell:
    if not entry.section:
        return _section(entry)
    return titled_section(entry.section), Part(entry.section.id, style="below")


def _shown_page(entry: _Entry) -> Cell:
    use = entry.use
    if not use:
        return ()
    heading = (Part(use.heading, style="below"),) if use.heading else ()
    if use.project:
        return url_part(f"{use.project}: {use.title}", use.url), *heading
    return doc_part(use.docname, use.title), *heading


IMPACT = Report(
    "canonical-impact",
    "canonical sections and all that depends on them, also through other sections",
    (
        Column("section", "Canonical section", _section, _shown_section, width=6),
        Column("page", "Page", _page, _shown_page, width=6),
        Column("heading", "Where", _heading),
        Column("deviation", "Deviation", _deviation, width=3),
        Column("owner", "Owner", _owner, width=4),
        Column("through", "Through", _through, width=4),
    ),
    {
        "section": "canonical sections, as targets",
        "domain": "spec domains",
        "specification": "docname globs over the pages of the sections",
        "document": "docname globs over the pages that depend",
        "owner": "owners of the pages that depend",
    },
    _entries,
    lambda entry: "hole" if entry.target else "",
)
