"""Canonical sections: what a reference can name, one identity however it is written."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from sphinxext_opsdocs.config import SpecDomain
from sphinxext_opsdocs.document_classes import SPECIFICATION
from sphinxext_opsdocs.model import DocumentFacts, Place

__all__ = ["CanonicalSection", "CanonicalSource", "ProjectSource", "Resolution", "section_labels"]


class CanonicalSection(Struct, frozen=True, gc=False):
    """A section, need or whole page of a specification; ``id`` is one however it was named."""

    id: str
    domain: str
    title: str
    page_title: str
    docname: str
    anchor: str
    place: Place
    status: str = ""
    is_specification: bool = False
    is_need: bool = False
    """An object of sphinx-needs; its anchor is its id."""
    is_document: bool = False
    """Names the whole page although that has several sections."""


class Resolution(Struct, frozen=True, gc=False):
    """What a target names: one section, several (ambiguous) or none (unresolved)."""

    target: str
    domain: str
    sections: tuple[CanonicalSection, ...] = ()
    reason: str = ""
    """Why nothing was found."""

    @property
    def section(self) -> CanonicalSection | None:
        """The section, when there is exactly one."""
        return self.sections[0] if len(self.sections) == 1 else None


class CanonicalSource(Protocol):
    """Somewhere that canonical sections of one spec domain are found."""

    def find(self, name: str) -> Sequence[CanonicalSection]:
        """All sections of that name: a label, else a need, else ``page#anchor``."""
        ...

    def names(self) -> Iterable[str]:
        """Names to suggest when one is not found."""
        ...

    def named(self) -> Iterable[CanonicalSection]:
        """The sections that have a name of their own: a label or a need id."""
        ...


def section_labels(page: DocumentFacts) -> dict[str, str]:
    """First anchor of a section -> the label that stands directly before it, if any does."""
    own = {anchor: section.anchors[0] for section in page.sections for anchor in section.anchors}
    labels: dict[str, str] = {}
    for label in page.labels:
        if label.anchor in own:
            labels.setdefault(own[label.anchor], label.name)
    return labels


class ProjectSource:
    """The pages of this project that lie below a spec domain's paths."""

    def __init__(self, key: str, domain: SpecDomain, pages: Sequence[DocumentFacts]) -> None:
        self._key = key
        self._domain = domain
        self._labels: dict[str, list[CanonicalSection]] = defaultdict(list)
        self._needs: dict[str, list[CanonicalSection]] = defaultdict(list)
        self._anchors: dict[str, CanonicalSection] = {}
        self._pages: dict[str, CanonicalSection] = {}
        self._named: list[CanonicalSection] = []
        uses = Counter(name for page in pages for name in section_labels(page).values())
        self._unique = {name for name, count in uses.items() if count == 1}
        for page in pages:
            self._add(page)

    def find(self, name: str) -> Sequence[CanonicalSection]:
        """All sections of that name; labels are case-insensitive, as in Sphinx."""
        label = " ".join(name.lower().split())
        if found := self._labels.get(label) or self._needs.get(name):
            return found
        page = self._anchors.get(name) or self._pages.get(name.removesuffix("#"))
        return [page] if page else []

    def names(self) -> Iterable[str]:
        """Labels, needs and pages; the anchors of pages are too many to help."""
        return [*self._labels, *self._needs, *self._pages]

    def named(self) -> Iterable[CanonicalSection]:
        """The sections with a label, and the needs."""
        return self._named

    def _add(self, page: DocumentFacts) -> None:
        whole = self._whole(page)
        self._pages[page.docname] = whole
        labels = section_labels(page)
        by_anchor: dict[str, CanonicalSection] = {}
        for section in page.sections:
            anchor = section.anchors[0]
            label = labels.get(anchor, "")
            name = label if label in self._unique else f"{page.docname}#{anchor}"
            found = replace(
                whole,
                id=f"{self._key}:{name}",
                title=section.title,
                anchor=anchor,
                place=section.place,
                is_document=not section.parent and section.has_subsections,
            )
            by_anchor[anchor] = found
            self._named += [found] if label else []
            for other in section.anchors:
                self._anchors.setdefault(f"{page.docname}#{other}", found)
        for target in page.labels:
            if section_of := by_anchor.get(target.section):
                own = labels.get(target.section) == target.name
                found = section_of if own else replace(section_of, anchor=target.anchor)
                self._labels[target.name].append(found)
                self._anchors.setdefault(f"{page.docname}#{target.anchor}", found)
        for need in page.needs:
            found = replace(
                whole,
                id=f"{self._key}:{need.id}",
                title=need.title,
                anchor=need.id,
                place=need.place,
                is_need=True,
                is_document=False,
            )
            self._named.append(found)
            self._needs[need.id].append(found)
            self._anchors.setdefault(f"{page.docname}#{need.id}", found)

    def _whole(self, page: DocumentFacts) -> CanonicalSection:
        header = page.header
        # a header without a status that can be read is a finding on that page alone
        status = (header.status or "Canonical") if header else (self._domain.default_status or "")
        is_specification = not header or header.document_class == SPECIFICATION
        return CanonicalSection(
            id=f"{self._key}:{page.docname}",
            domain=self._key,
            title=page.title or page.docname,
            page_title=page.title or page.docname,
            docname=page.docname,
            anchor="",
            place=Place(page.path, 1),
            status=status,
            is_specification=is_specification and bool(status),
            is_document=True,
        )
