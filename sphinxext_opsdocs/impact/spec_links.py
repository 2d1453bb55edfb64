"""The sections of this project's specifications, and the references between them."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from sphinxext_opsdocs.canonical.section import PROJECT, CanonicalSection
from sphinxext_opsdocs.canonical.source_sections import SourcePages, domain_sources
from sphinxext_opsdocs.facts.model import Deviation, DocumentFacts, Link, Place
from sphinxext_opsdocs.graph.graph import TraceabilityGraph

__all__ = [
    "CanonicalTarget",
    "SectionKey",
    "canonical_targets",
    "find_own_references",
    "find_own_sections",
    "section_key",
]

SectionKey = tuple[str, str, str]
"""Spec domain (empty for pages of this project), docname and first anchor."""
LABEL_ROLES = ("ref", "any")
"""Kinds of links whose target can be a label."""


class CanonicalTarget(NamedTuple):
    """A target that a page names, in a reference or in a deviation."""

    text: str
    """As written."""
    section: str
    """First anchor of the page's section; empty outside of any."""
    place: Place
    deviation: Deviation | None = None


def section_key(section: CanonicalSection) -> SectionKey:
    """Return the identity of a section across spec domains of this and other projects."""
    # A page of this project can be in several spec domains; its sections have one identity.
    domain_key = section.domain_key if section.is_external else ""
    anchor = section.entry.anchors[0] if section.entry.anchors else ""
    return domain_key, section.docname, anchor


def find_own_sections(graph: TraceabilityGraph) -> Mapping[SectionKey, CanonicalSection]:
    """Return every section of this project's specifications, under its first spec domain if any."""
    sections: dict[SectionKey, CanonicalSection] = {}
    sources = [source for domain in graph.sources.values() for source in domain]
    # Specifications without a spec domain come last, under an empty one.
    pages = tuple(graph.canonical_pages.values())
    sources += domain_sources("", [SourcePages(PROJECT, pages, aliases=graph.aliases)])
    for source in sources:
        if source.kind is not PROJECT:
            continue
        for section in source.sections:
            if section.docname in graph.specifications:
                sections.setdefault(section_key(section), section)
    return sections


def find_own_references(
    graph: TraceabilityGraph,
) -> Iterator[tuple[str, str, CanonicalSection | tuple[str, str]]]:
    """Yield docname and anchor of a section of this project's specifications, and its target.

    The target of a canonical reference is a section, that of another link docname and anchor of
    one.
    """
    link_targets = _LinkTargets(graph)
    for docname in graph.specifications:
        facts = graph.documents[docname]
        for target in canonical_targets(facts):
            if section := graph.resolve(target.text).section:
                yield docname, target.section, section
        for link in facts.links:
            if anchor := link_targets.find(docname, link):
                yield docname, link.section, anchor


class _LinkTargets:
    """The sections of this project's specifications that ordinary links can name."""

    def __init__(self, graph: TraceabilityGraph) -> None:
        self._by_label: dict[str, tuple[str, str]] = {}
        self._by_anchor: dict[tuple[str, str], tuple[str, str]] = {}
        for docname in graph.specifications:
            facts = graph.documents[docname]
            for label in facts.labels:
                self._by_label[label.name] = (docname, label.section)
            for section in facts.sections:
                for anchor in section.anchors:
                    self._by_anchor[docname, anchor] = (docname, section.anchors[0])

    def find(self, docname: str, link: Link) -> tuple[str, str] | None:
        """Return docname and first anchor of the section that a link on a page names."""
        if link.kind in LABEL_ROLES:
            # Sphinx stores labels in lower case.
            section = self._by_label.get(link.target.lower())
            if section:
                return section
        return self._by_anchor.get(_linked_anchor(docname, link))


def _linked_anchor(docname: str, link: Link) -> tuple[str, str]:
    """Return page and anchor that a link names; both empty when it names no anchor."""
    if link.kind == "anchor":
        return docname, link.target
    page, mark, anchor = link.target.partition("#")
    if link.kind != "doc" or not mark:
        return "", ""
    # As everywhere in Sphinx: relative to the folder of the page, with a slash to the root.
    folder = "" if page.startswith("/") else posixpath.dirname(docname)
    return posixpath.normpath(posixpath.join(folder, page.lstrip("/"))), anchor


def canonical_targets(facts: DocumentFacts) -> Iterator[CanonicalTarget]:
    """Yield the targets of the canonical references of a page, then those of its deviations."""
    for reference in facts.references:
        yield CanonicalTarget(reference.target, reference.section, reference.place)
    for deviation in facts.deviations:
        for spec in deviation.specs:
            yield CanonicalTarget(spec.text, deviation.section, spec.place, deviation)
