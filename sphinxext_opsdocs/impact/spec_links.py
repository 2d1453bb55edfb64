"""What the sections of this project's specifications are, and what they refer to."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping

from sphinxext_opsdocs.canonical.page_source import SourcePages, domain_sources
from sphinxext_opsdocs.canonical.section import PROJECT, CanonicalSection
from sphinxext_opsdocs.facts.model import Deviation, DocumentFacts, Link, Place
from sphinxext_opsdocs.graph.graph import TraceabilityGraph

__all__ = ["SectionKey", "own_references", "own_sections", "section_key", "targets_of"]

SectionKey = tuple[str, str, str]
"""Spec domain (empty for pages of this project), docname and first anchor."""


def section_key(section: CanonicalSection) -> SectionKey:
    """What tells sections apart across spec domains of this and other projects."""
    anchors = section.entry.anchors
    return (
        section.domain if section.is_external else "",
        section.docname,
        anchors[0] if anchors else "",
    )


def own_sections(graph: TraceabilityGraph) -> Mapping[SectionKey, CanonicalSection]:
    """Every section of this project's specifications, under its first spec domain if it has any."""
    found: dict[SectionKey, CanonicalSection] = {}
    sources = [source for known in graph.sources.values() for source in known]
    sources += domain_sources("", [SourcePages(PROJECT, tuple(graph.canonical_pages.values()))])
    for source in sources:
        for section in source.sections if source.kind is PROJECT else ():
            if section.docname in graph.specifications:
                found.setdefault(section_key(section), section)
    return found


def own_references(
    graph: TraceabilityGraph,
) -> Iterator[tuple[str, str, CanonicalSection | tuple[str, str]]]:
    """What sections of this project's specifications refer to, by their docname and anchor.

    Canonical references lead to sections, other links to docname and anchor of one.
    """
    labelled = {
        label.name: (docname, label.section)
        for docname in graph.specifications
        for label in graph.documents[docname].labels
    }
    anchored = {
        (docname, anchor): (docname, section.anchors[0])
        for docname in graph.specifications
        for section in graph.documents[docname].sections
        for anchor in section.anchors
    }
    for docname in graph.specifications:
        facts = graph.documents[docname]
        for target, anchor, _place, _deviation in targets_of(facts):
            if found := graph.resolve(target).section:
                yield docname, anchor, found
        for link in facts.links:
            by_label = labelled.get(link.target.lower()) if link.kind in ("ref", "any") else None
            if place := by_label or anchored.get(_linked_anchor(docname, link)):
                yield docname, link.section, place


def _linked_anchor(docname: str, link: Link) -> tuple[str, str]:
    """Page and anchor that a link names; both empty when it names no anchor."""
    if link.kind == "anchor":
        return docname, link.target
    page, mark, anchor = link.target.partition("#")
    if link.kind != "doc" or not mark:
        return "", ""
    folder = "" if page.startswith("/") else posixpath.dirname(docname)
    return posixpath.normpath(posixpath.join(folder, page.lstrip("/"))), anchor


def targets_of(facts: DocumentFacts) -> Iterator[tuple[str, str, Place, Deviation | None]]:
    """Target, section, place and deviation of every canonical reference of a page."""
    for reference in facts.references:
        yield reference.target, reference.section, reference.place, None
    for deviation in facts.deviations:
        for spec in deviation.specs:
            yield spec.text, deviation.section, spec.place, deviation
