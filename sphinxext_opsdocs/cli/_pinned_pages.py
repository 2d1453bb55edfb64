"""What ``opsdocs accept`` asks for: pages, their sections, and pins that nothing uses any more."""

from __future__ import annotations

import glob
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence, Set
from pathlib import Path
from typing import NamedTuple

from sphinxext_opsdocs.canonical.lock_file import LOCK_FILE, Lock, Pin
from sphinxext_opsdocs.canonical.section import CanonicalSection
from sphinxext_opsdocs.cli._options import Failure
from sphinxext_opsdocs.cli._source import Source, page_of
from sphinxext_opsdocs.config.did_you_mean import listed
from sphinxext_opsdocs.config.schema import severity_of
from sphinxext_opsdocs.facts.model import DocumentFacts
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.graph.nodes import CanonicalEdge
from sphinxext_opsdocs.rules.canonical_unpinned import canonical_unpinned

__all__ = ["Item", "PinnedPage", "find_items", "find_pages", "obsolete_pins"]

Edges = dict[str, list[CanonicalEdge]]
"""The references of a page to sections whose text is available, by the section's id."""


class PinnedPage(NamedTuple):
    """A page whose sections are accepted."""

    source: Source
    facts: DocumentFacts
    lock: Lock
    edges: Edges


class Item(NamedTuple):
    """A section that somebody has to compare with a page."""

    page: PinnedPage
    key: str
    is_named: bool
    """Whether the command line names page and section."""

    @property
    def edge(self) -> CanonicalEdge:
        """The first reference; all references of a page to a section share one pin."""
        return self.page.edges[self.key][0]

    @property
    def pin(self) -> Pin | None:
        """What is pinned today."""
        return self.page.source.graph.pin_of(self.edge)

    @property
    def section(self) -> CanonicalSection:
        """The section as it is today."""
        section = self.edge.resolution.section
        assert section
        return section

    @property
    def is_same(self) -> bool:
        """Whether the text is the one that was pinned."""
        return bool(self.pin and self.pin.digest == self.section.entry.whole_digest)


def find_pages(source: Source, name: str) -> list[PinnedPage]:
    """The page of that name, or all that refer to sections with a text. Raises Failure.

    Of a page that is not named, references that were never pinned are left out where no rule asks
    for a pin.
    """
    graph, lock = source.graph, _lock_of(source.graph)
    if name:
        facts = page_of(graph.documents, name, source.shown_base)
        return [PinnedPage(source, facts, lock, _edges_by_section(graph, facts.docname))]
    rule = canonical_unpinned
    pages: list[PinnedPage] = []
    for docname in graph.edges_by_document:
        edges = _edges_by_section(graph, docname)
        if severity_of(graph.config, rule.name, rule.severity, docname) == "off":
            edges = {key: group for key, group in edges.items() if graph.pin_of(group[0])}
        pages.append(PinnedPage(source, graph.documents[docname], lock, edges))
    return pages


def find_items(
    graph: TraceabilityGraph,
    pages: Sequence[PinnedPage],
    sections: tuple[str, ...],
    of_sections: tuple[str, ...],
    before: TraceabilityGraph | None,
) -> list[Item]:
    """What is to be compared; what was named is there also if it has not changed.

    Raises Failure for a name that is none, or a section that no page refers to.
    """
    if sections:
        keys = _ids_of(pages[0], sections)
        return [Item(pages[0], key, is_named=True) for key in keys]
    items = [Item(page, key, bool(of_sections)) for page in pages for key in page.edges]
    if of_sections:
        wanted = {key for name in of_sections for key in _named(graph, name)}
        items = [item for item in items if item.key in wanted]
        if not items:
            raise Failure(
                f"no page that has to be pinned refers to {listed(of_sections)}; name the page "
                "that is to be pinned all the same"
            )
    if before:
        items = [item for item in items if _has_changed(item, before)]
    return [item for item in items if item.is_named or not item.is_same or _has_new_name(item)]


def _has_changed(item: Item, before: TraceabilityGraph) -> bool:
    old = before.resolve(item.edge.resolution.target).section
    return old is None or old.entry.whole_digest != item.section.entry.whole_digest


def _has_new_name(item: Item) -> bool:
    return item.pin is not None and item.pin.section != item.key


def _ids_of(page: PinnedPage, names: Iterable[str]) -> list[str]:
    """The ids of the sections with these names. Raises Failure for the first that has none."""
    ids: dict[str, None] = {}
    for name in names:
        for key in _named(page.source.graph, name):
            if key not in page.edges:
                raise Failure(f'"{page.facts.docname}" does not refer to "{name}"')
            ids[key] = None
    return list(ids)


def _named(graph: TraceabilityGraph, name: str) -> Iterator[str]:
    """Yield the id of the section with a name. Raises Failure for one that cannot be pinned."""
    resolution = graph.resolve(name)
    section = resolution.section
    if not section:
        reason = resolution.reason or "it is ambiguous"
        raise Failure(f'cannot resolve "{name}": {reason}')
    if not section.entry.digest:
        raise Failure(f'cannot pin "{name}": {section.kind.title} does not contain its text')
    yield section.id


def _lock_of(graph: TraceabilityGraph) -> Lock:
    for problem in graph.inputs.problems:
        if Path(problem.place.path).name == LOCK_FILE:
            raise Failure(problem.message)
    return graph.inputs.lock or Lock()


def _edges_by_section(graph: TraceabilityGraph, docname: str) -> Edges:
    edges: Edges = {}
    for edge in graph.edges_by_document.get(docname, ()):
        if (section := edge.resolution.section) and section.entry.digest:
            edges.setdefault(section.id, []).append(edge)
    return edges


def obsolete_pins(
    source: Source, pages: Sequence[PinnedPage], pins: Sequence[Pin]
) -> Iterator[Pin]:
    """The pins that nothing uses: of these pages, and of pages removed from the sources.

    ``pins`` are the new ones.
    """
    if source.graph.inputs.problems or source.graph.inputs.lock is None:
        return  # a file that cannot be read may need any of them
    by_document: dict[str, list[Pin]] = defaultdict(list)
    for pin in source.graph.inputs.lock.pins.values():
        by_document[pin.document].append(pin)
    for page in pages:
        renewed = {pin.section for pin in pins if pin.document == page.facts.docname}
        yield from _unused_pins(page, by_document.pop(page.facts.docname, ()), renewed)
    for document, of_document in by_document.items():
        if document not in source.graph.documents and _is_removed(document, source):
            yield from of_document


def _unused_pins(page: PinnedPage, pins: Iterable[Pin], renewed: Set[str]) -> Iterator[Pin]:
    used, keeps_unused = _used_pins(page), _may_use_other_pins(page)
    for pin in pins:
        key = used.get(pin, "")
        # a section with a new name was pinned again under that name
        is_replaced = key in renewed and key != pin.section
        if is_replaced or not (key or keeps_unused):
            yield pin


def _used_pins(page: PinnedPage) -> dict[Pin | None, str]:
    """The pins of the page's references, with the id of the section of each."""
    return {page.source.graph.pin_of(edges[0]): key for key, edges in page.edges.items()}


def _may_use_other_pins(page: PinnedPage) -> bool:
    """Whether a reference of the page is unresolved, or leads to a section without its text."""
    sections = (
        edge.resolution.section
        for edge in page.source.graph.edges_by_document.get(page.facts.docname, ())
    )
    return any(not (section and section.entry.digest) for section in sections)


def _is_removed(document: str, source: Source) -> bool:
    # a facts file does not contain pages without markup of ours: only the sources can tell
    return not source.is_facts and not any(source.srcdir.glob(f"{glob.escape(document)}.*"))
