"""Who depends on a section of a specification: pages, their sections, deviations and owners.

A reference to a section depends on everything below it, so a section is also depended on through
the sections around it; and through the sections of specifications that refer to it.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property

from msgspec import Struct

from sphinxext_opsdocs.canonical.page_source import SourcePages, domain_sources
from sphinxext_opsdocs.canonical.resolver import Resolver
from sphinxext_opsdocs.canonical.section import PROJECT, CanonicalSection
from sphinxext_opsdocs.facts.model import DocumentFacts, Place
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.graph.inputs import DependentFacts
from sphinxext_opsdocs.impact.spec_links import (
    SectionKey,
    own_references,
    own_sections,
    section_key,
    targets_of,
)

__all__ = ["Dependency", "Impact", "Use", "counted"]


class Use(Struct, frozen=True, gc=False):
    """A reference to a section from a page that is no specification of this project."""

    docname: str
    title: str
    """Of the page."""
    heading: str
    """Title of the page's section that the reference stands in; empty outside of any."""
    anchor: str
    """First anchor of that section."""
    place: Place
    owner: str = ""
    deviation: str = ""
    state: str = ""
    """Of the deviation."""
    project: str = ""
    """Title of the other project that the page belongs to; empty for this one."""
    url: str = ""
    """Address of the page in the other project, where it is known."""


class Dependency(Struct, frozen=True, gc=False):
    """One reference that depends on a section, directly or through others."""

    section: CanonicalSection
    """The section that was asked about."""
    use: Use
    via: tuple[str, ...] = ()
    """Sections of specifications between the two, the one that the reference names first."""


class Impact:
    """The uses of every canonical section, and which sections lead from one to another."""

    def __init__(self, graph: TraceabilityGraph) -> None:
        self._graph = graph

    def of(
        self, section: CanonicalSection, with_below: bool = False, with_above: bool = True
    ) -> Iterator[Dependency]:
        """All that depends on a section, the nearest first, each reference once.

        ``with_below`` asks for the sections below it as well; without ``with_above``, what refers
        to a section around it is left out.
        """
        reached: deque[tuple[SectionKey, tuple[str, ...]]] = deque([(section_key(section), ())])
        if with_below:
            reached += [(key, (self._name(key),)) for key in _below(section)]
        seen: set[SectionKey] = set()
        told: set[Use] = set()
        while reached:
            key, via = reached.popleft()
            if key in seen:
                continue
            seen.add(key)
            for use in self._uses.get(key, ()):
                if use not in told:
                    told.add(use)
                    yield Dependency(section, use, via)
            around = self._around(key) if with_above else self._referring.get(key, ())
            reached += [(other, (self._name(other), *via)) for other in around]

    def direct(self, key: SectionKey) -> Sequence[Use]:
        """What refers to the section itself."""
        return self._uses.get(key, ())

    def _around(self, key: SectionKey) -> Iterator[SectionKey]:
        """The section around one, and those that refer to it."""
        domain, docname, _anchor = key
        parent = self._parents.get(key)
        if parent is not None:
            yield domain, docname, parent
        yield from self._referring.get(key, ())

    def _name(self, key: SectionKey) -> str:
        return self._names.get(key) or f"{key[1]}#{key[2]}".removesuffix("#")

    def used_sections(self) -> Sequence[CanonicalSection]:
        """The sections that anything depends on other than through those around them, by identity.

        References lead to them, or to sections of specifications that refer to them.
        """
        refers_to: dict[SectionKey, list[SectionKey]] = defaultdict(list)
        for target, origins in self._referring.items():
            for origin in origins:
                refers_to[origin].append(target)
        known = {section_key(section): section for section in self._sections} | self._used
        reached, seen = list(self._uses), set[SectionKey]()
        while reached:
            key = reached.pop()
            if key not in seen:
                seen.add(key)
                reached += refers_to.get(key, ())
        return sorted((known[key] for key in seen if key in known), key=lambda found: found.id)

    @cached_property
    def _used(self) -> dict[SectionKey, CanonicalSection]:
        """The sections that references of this project lead to."""
        found = (edge.resolution.section for edge in self._graph.edges)
        return {section_key(section): section for section in found if section}

    @cached_property
    def _uses(self) -> Mapping[SectionKey, Sequence[Use]]:
        found: dict[SectionKey, list[Use]] = defaultdict(list)
        specifications = self._graph.specifications
        for facts in self._graph.documents.values():
            if facts.docname not in specifications:
                for section, use in _uses_in(facts, self._graph.resolver):
                    found[section_key(section)].append(use)
        for dependent in self._graph.inputs.dependents:
            resolver = self._resolver_for(dependent)
            for facts in dependent.documents:
                for section, use in _uses_in(facts, resolver, dependent):
                    found[section_key(section)].append(use)
        return found

    def _resolver_for(self, dependent: DependentFacts) -> Resolver:
        """What finds our specifications under the spec domain that another project has for them."""
        inputs = self._graph.inputs
        pages = tuple(self._graph.canonical_pages.values())
        own = SourcePages(PROJECT, pages, inputs.redirects, inputs.base_url)
        return Resolver({dependent.domain: domain_sources(dependent.domain, [own])})

    @cached_property
    def _sections(self) -> Sequence[CanonicalSection]:
        """All sections that are known, those of this project under their first spec domain."""
        external = (
            section
            for sources in self._graph.sources.values()
            for source in sources
            if source.kind is not PROJECT
            for section in source.sections
        )
        return [*own_sections(self._graph).values(), *external]

    @cached_property
    def _names(self) -> Mapping[SectionKey, str]:
        return {section_key(section): section.id for section in self._sections}

    @cached_property
    def _parents(self) -> Mapping[SectionKey, str]:
        found: dict[SectionKey, str] = {}
        for section in self._sections:
            if section.entry.anchors:
                found[section_key(section)] = section.entry.parent
        return found

    @cached_property
    def _referring(self) -> Mapping[SectionKey, Sequence[SectionKey]]:
        """Sections of specifications by the sections that they refer to."""
        found: dict[SectionKey, dict[SectionKey, None]] = defaultdict(dict)
        for origin, target in (*self._own_references(), *self._external_references()):
            if origin != target:
                found[target][origin] = None
        return {target: list(origins) for target, origins in found.items()}

    def _own_references(self) -> Iterator[tuple[SectionKey, SectionKey]]:
        for docname, anchor, target in own_references(self._graph):
            key = section_key(target) if isinstance(target, CanonicalSection) else ("", *target)
            yield ("", docname, anchor), key

    def _external_references(self) -> Iterator[tuple[SectionKey, SectionKey]]:
        for section in self._sections:
            if section.is_external:
                for name in section.entry.refers_to:
                    target = name if "://" in name else f"{section.domain}:{name}"
                    if found := self._graph.resolve(target).section:
                        yield section_key(section), section_key(found)


def _below(section: CanonicalSection) -> Iterator[SectionKey]:
    """The sections inside of a section or page, in document order."""
    domain, docname, anchor = section_key(section)
    inside = {anchor}
    for entry in section.page.sections:
        if entry.parent in inside and entry.anchors and entry.anchors[0] not in inside:
            inside.add(entry.anchors[0])
            yield domain, docname, entry.anchors[0]


def _uses_in(
    facts: DocumentFacts, resolver: Resolver, dependent: DependentFacts | None = None
) -> Iterator[tuple[CanonicalSection, Use]]:
    """Every reference of a page that leads to one section, with that section."""
    headings = {section.anchors[0]: section.title for section in facts.sections}
    base = dependent.base_url if dependent else ""
    for target, anchor, place, deviation in targets_of(facts):
        if found := resolver.resolve(target).section:
            url = f"{base}{facts.docname}.html#{anchor}".removesuffix("#") if base else ""
            yield (
                found,
                Use(
                    docname=facts.docname,
                    title=facts.title or facts.docname,
                    heading=headings.get(anchor, ""),
                    anchor=anchor,
                    place=place,
                    owner=facts.header.owner if facts.header else "",
                    deviation=deviation.id if deviation else "",
                    state=deviation.state if deviation else "",
                    project=dependent.title if dependent else "",
                    url=url,
                ),
            )


def counted(uses: Collection[Use]) -> tuple[int, int]:
    """On how many pages these references stand, and of how many open deviations they are."""
    pages = {(use.project, use.docname) for use in uses}
    deviations = {(use.project, use.docname, use.deviation) for use in uses if use.state == "open"}
    return len(pages), len(deviations)
