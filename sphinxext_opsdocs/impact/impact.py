"""Who depends on a section of a specification: pages, their sections, deviations and owners.

A reference to a section depends on everything below it, so a section also has the dependents of
the sections around it, and those of the sections of specifications that refer to it.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property

from msgspec import Struct

from sphinxext_opsdocs.canonical.resolver import Resolver
from sphinxext_opsdocs.canonical.section import PROJECT, CanonicalSection
from sphinxext_opsdocs.canonical.source_sections import SourcePages, domain_sources
from sphinxext_opsdocs.facts.model import DocumentFacts, Place
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.graph.inputs import DependentFacts
from sphinxext_opsdocs.impact.spec_links import (
    CanonicalTarget,
    SectionKey,
    canonical_targets,
    find_own_references,
    find_own_sections,
    section_key,
)

__all__ = ["Dependency", "Impact", "Use", "count_uses"]


class Use(Struct, frozen=True, gc=False):
    """A reference to a section from a page outside this project's specifications."""

    # The names of the fields are keys in the JSON of "opsdocs impact".
    docname: str
    title: str
    """Of the page."""
    heading: str
    """Title of the page's section that contains the reference; empty outside of any."""
    anchor: str
    """First anchor of that section."""
    place: Place
    owners: tuple[str, ...] = ()
    deviation: str = ""
    state: str = ""
    """Of the deviation."""
    project: str = ""
    """Title of the other project that the page belongs to; empty for this one."""
    url: str = ""
    """Address of the page in the other project; empty if it is unknown."""


class Dependency(Struct, frozen=True, gc=False):
    """One reference that depends on a section, directly or through others."""

    section: CanonicalSection
    """The section whose dependents are wanted."""
    use: Use
    via: tuple[str, ...] = ()
    """Sections of specifications between the two, the one that the reference names first."""


class Impact:
    """The uses of every canonical section, and the links between canonical sections."""

    def __init__(self, graph: TraceabilityGraph) -> None:
        self._graph = graph

    def find_dependencies(
        self, section: CanonicalSection, with_below: bool = False, with_above: bool = True
    ) -> Iterator[Dependency]:
        """Yield what depends on a section, the nearest first, each reference once.

        ``with_below`` adds the dependents of the sections below it; without ``with_above``, those
        of the sections around it are left out.
        """
        # Breadth first: the shortest way to each reference is the one that is reported.
        queue: deque[tuple[SectionKey, tuple[str, ...]]] = deque([(section_key(section), ())])
        if with_below:
            queue += [(key, (self._name(key),)) for key in _keys_below(section)]
        visited: set[SectionKey] = set()
        reported: set[Use] = set()
        while queue:
            key, via = queue.popleft()
            if key in visited:  # specifications may refer to each other in circles
                continue
            visited.add(key)
            for use in self._uses.get(key, ()):
                if use not in reported:
                    reported.add(use)
                    yield Dependency(section, use, via)
            neighbours = self._referring.get(key, ())
            if with_above:
                neighbours = self._parent_and_referring(key)
            queue += [(other, (self._name(other), *via)) for other in neighbours]

    def direct_uses(self, key: SectionKey) -> Sequence[Use]:
        """Return the references to the section itself."""
        return self._uses.get(key, ())

    def _parent_and_referring(self, key: SectionKey) -> Sequence[SectionKey]:
        """Return the section around one, and those that refer to it."""
        domain_key, docname, _anchor = key
        referring = self._referring.get(key, ())
        parent = self._parents.get(key)
        if parent is None:
            return referring
        return [(domain_key, docname, parent), *referring]

    def _name(self, key: SectionKey) -> str:
        return self._names.get(key) or f"{key[1]}#{key[2]}".removesuffix("#")

    def used_sections(self) -> Sequence[CanonicalSection]:
        """Return the sections with dependents of their own, sorted by identity.

        References lead to them, or to sections of specifications that refer to them.
        """
        # Sections below a used one are left out: else every section of a used page would count.
        refers_to: dict[SectionKey, list[SectionKey]] = defaultdict(list)
        for target, origins in self._referring.items():
            for origin in origins:
                refers_to[origin].append(target)
        sections = {section_key(section): section for section in self._sections}
        sections |= self._referenced_sections
        pending, visited = list(self._uses), set[SectionKey]()
        while pending:
            key = pending.pop()
            if key not in visited:
                visited.add(key)
                pending += refers_to.get(key, ())
        used = [sections[key] for key in visited if key in sections]
        return sorted(used, key=lambda section: section.id)

    @cached_property
    def _referenced_sections(self) -> dict[SectionKey, CanonicalSection]:
        """The sections that references of this project resolve to."""
        sections = (edge.resolution.section for edge in self._graph.edges)
        return {section_key(section): section for section in sections if section}

    @cached_property
    def _uses(self) -> Mapping[SectionKey, Sequence[Use]]:
        uses: dict[SectionKey, list[Use]] = defaultdict(list)
        specifications = self._graph.specifications
        for facts in self._graph.documents.values():
            if facts.docname not in specifications:
                for section, use in _find_uses(facts, self._graph.resolver):
                    uses[section_key(section)].append(use)
        for dependent in self._graph.inputs.dependents:
            resolver = self._resolver_for(dependent)
            for facts in dependent.documents:
                for section, use in _find_uses(facts, resolver, dependent):
                    uses[section_key(section)].append(use)
        return uses

    def _resolver_for(self, dependent: DependentFacts) -> Resolver:
        """Return what resolves references of another project to our specifications."""
        # That project may know our specifications under another spec domain than we do.
        inputs = self._graph.inputs
        pages = tuple(self._graph.canonical_pages.values())
        own = SourcePages(PROJECT, pages, inputs.redirects, inputs.base_url, self._graph.aliases)
        return Resolver({dependent.domain_key: domain_sources(dependent.domain_key, [own])})

    @cached_property
    def _sections(self) -> Sequence[CanonicalSection]:
        """All canonical sections, those of this project under their first spec domain."""
        external = (
            section
            for sources in self._graph.sources.values()
            for source in sources
            if source.kind is not PROJECT
            for section in source.sections
        )
        return [*find_own_sections(self._graph).values(), *external]

    @cached_property
    def _names(self) -> Mapping[SectionKey, str]:
        return {section_key(section): section.id for section in self._sections}

    @cached_property
    def _parents(self) -> Mapping[SectionKey, str]:
        """The anchor of the section around each; empty for the page."""
        return {
            section_key(section): section.entry.parent
            for section in self._sections
            if section.entry.anchors
        }

    @cached_property
    def _referring(self) -> Mapping[SectionKey, Sequence[SectionKey]]:
        """Sections of specifications by the sections that they refer to."""
        # The inner dictionaries are ordered sets.
        referring: dict[SectionKey, dict[SectionKey, None]] = defaultdict(dict)
        for origin, target in (*self._own_references(), *self._external_references()):
            if origin != target:
                referring[target][origin] = None
        return {target: list(origins) for target, origins in referring.items()}

    def _own_references(self) -> Iterator[tuple[SectionKey, SectionKey]]:
        for docname, anchor, target in find_own_references(self._graph):
            origin = ("", docname, anchor)
            if isinstance(target, CanonicalSection):
                yield origin, section_key(target)
            else:
                yield origin, ("", *target)

    def _external_references(self) -> Iterator[tuple[SectionKey, SectionKey]]:
        for section in self._sections:
            if section.is_external:
                for name in section.entry.refers_to:
                    resolution = self._graph.resolve(_qualified(name, section.domain_key))
                    if resolution.section:
                        yield section_key(section), section_key(resolution.section)


def _qualified(name: str, domain_key: str) -> str:
    """Return a target of another project as this project would write it."""
    if "://" in name:
        return name
    return f"{domain_key}:{name}"


def _keys_below(section: CanonicalSection) -> Iterator[SectionKey]:
    """Yield the sections inside a section or page, in document order."""
    domain_key, docname, anchor = section_key(section)
    inside = {anchor}
    # Parents come before their children, so one pass is enough.
    for entry in section.page.sections:
        if entry.parent in inside and entry.anchors and entry.anchors[0] not in inside:
            inside.add(entry.anchors[0])
            yield domain_key, docname, entry.anchors[0]


def _find_uses(
    facts: DocumentFacts, resolver: Resolver, dependent: DependentFacts | None = None
) -> Iterator[tuple[CanonicalSection, Use]]:
    """Yield every reference of a page that resolves to one section, with that section."""
    headings = {section.anchors[0]: section.title for section in facts.sections}
    for target in canonical_targets(facts):
        section = resolver.resolve(target.text).section
        if section:
            yield section, _make_use(facts, target, headings.get(target.section, ""), dependent)


def _make_use(
    facts: DocumentFacts, target: CanonicalTarget, heading: str, dependent: DependentFacts | None
) -> Use:
    deviation = state = project = url = ""
    if target.deviation:
        deviation, state = target.deviation.id, target.deviation.state
    if dependent:
        project = dependent.title
    if dependent and dependent.base_url:
        page = f"{dependent.base_url}{facts.docname}.html"
        url = f"{page}#{target.section}".removesuffix("#")
    return Use(
        docname=facts.docname,
        title=facts.title or facts.docname,
        heading=heading,
        anchor=target.section,
        place=target.place,
        owners=facts.header.owners if facts.header else (),
        deviation=deviation,
        state=state,
        project=project,
        url=url,
    )


def count_uses(uses: Collection[Use]) -> tuple[int, int]:
    """Return the number of pages with these references, and that of their open deviations."""
    pages = {(use.project, use.docname) for use in uses}
    # a record in a file that several pages include is one deviation, at one place
    deviations = {(use.project, use.place, use.deviation) for use in uses if use.state == "open"}
    return len(pages), len(deviations)
