"""Canonical sections: what a reference can name, one identity however it is written.

A page of specifications is the same value wherever it was found: in this project, in a canonical
index, in a needs.json or in an inventory. What a kind of source cannot know is empty in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated

from msgspec import Meta, Struct

from sphinxext_opsdocs.config.classes import SPECIFICATION
from sphinxext_opsdocs.config.schema import SpecDomain
from sphinxext_opsdocs.facts.model import DocumentFacts, Label, Place

__all__ = [
    "COUNTED_ID",
    "INDEX",
    "INVENTORY",
    "NEEDS",
    "PROJECT",
    "CanonicalEntry",
    "CanonicalPage",
    "CanonicalSection",
    "Resolution",
    "SourceKind",
    "canonical_page",
    "section_labels",
]


COUNTED_ID = re.compile(r"id[0-9]+")
"""Ids that docutils counts through a page: they name another section after the next edit."""


class SourceKind(Struct, frozen=True):
    """Where canonical sections come from, and what such a source knows of them."""

    name: str
    title: str
    knows_text: bool = True
    """Digests and words: whether a section changed."""
    knows_status: bool = True
    knows_anchors: bool = True
    """The sections that have no label."""

    @property
    def knows_all(self) -> bool:
        """Whether there is nothing that it cannot know."""
        return self.knows_text and self.knows_status and self.knows_anchors


PROJECT = SourceKind("paths", "pages of this project")
INDEX = SourceKind("index", "a canonical index")
NEEDS = SourceKind("needs", "a needs.json", False, False, False)
INVENTORY = SourceKind("inventory", "an inventory (objects.inv)", False, False, False)


class CanonicalEntry(Struct, frozen=True, gc=False, omit_defaults=True):
    """A section or need of a page. Sections name the one around them by its first anchor."""

    title: str
    anchors: Annotated[tuple[str, ...], Meta(min_length=1)]
    label: str = ""
    """The label right before it, if any."""
    parent: str = ""
    """First anchor of the section around it; empty for a top section."""
    path: str = ""
    """Source file when that is not the page's: the text was included."""
    line: int = 0
    """1-based; 0 when it is not known."""
    is_need: bool = False
    has_subsections: bool = False
    words: str = ""
    """Own text, normalised, a block a line."""
    digest: str = ""
    """Of title and own text; empty where the source knows no text."""
    tree: str = ""
    """Of the section with everything below it; empty when that is the same as ``digest``."""
    terms: tuple[str, ...] = ()
    """Those that a glossary in it defines."""
    refers_to: tuple[str, ...] = ()
    """Other sections that it refers to: ``page#anchor`` of the same project, or an address."""

    @property
    def anchor(self) -> str:
        """The anchor to name it by: the first that is not merely counted; empty for a page."""
        first = self.anchors[0] if self.anchors else ""
        return next((a for a in self.anchors if not COUNTED_ID.fullmatch(a)), first)

    @property
    def is_nameless(self) -> bool:
        """Whether nothing names it that outlasts an edit of its page."""
        return not self.label and bool(COUNTED_ID.fullmatch(self.anchor))

    @property
    def whole_digest(self) -> str:
        """Digest of the section with everything below it; empty where no text is known."""
        return self.tree or self.digest


class CanonicalPage(Struct, frozen=True, gc=False, omit_defaults=True):
    """A page of specifications. ``url`` is relative to the root of the built documentation."""

    docname: str
    title: str
    url: str = ""
    path: str = ""
    """Source file, relative to the project's source directory."""
    status: str = ""
    """Empty where the page, or its source, does not say."""
    version: str = ""
    owner: str = ""
    is_specification: bool = True
    sections: tuple[CanonicalEntry, ...] = ()
    labels: tuple[Label, ...] = ()
    """Labels inside of sections."""


class CanonicalSection(Struct, frozen=True, gc=False):
    """A section, need or whole page of a specification; ``id`` is one however it was named."""

    id: str
    domain: str
    kind: SourceKind
    page: CanonicalPage
    entry: CanonicalEntry
    anchor: str
    """Where a link leads: the section's own anchor, or that of a label inside of it."""
    place: Place
    status: str = ""
    url: str = ""
    """Address; empty for pages of this project, and where no base address is known."""
    is_document: bool = False
    """Names the whole page although that has several sections."""
    is_verified: bool = True
    """False where a source knows the page but not what anchors it has."""

    @property
    def title(self) -> str:
        """The section's title."""
        return self.entry.title

    @property
    def page_title(self) -> str:
        """Its page's title."""
        return self.page.title

    @property
    def docname(self) -> str:
        """Its page's docname in its own project."""
        return self.page.docname

    @property
    def is_external(self) -> bool:
        """Whether its page belongs to another project."""
        return self.kind is not PROJECT

    @property
    def name(self) -> str:
        """``page#anchor`` in its own project, whatever its identity."""
        return f"{self.page.docname}#{self.anchor}" if self.anchor else self.page.docname

    @property
    def is_live(self) -> bool:
        """Whether it says how the system works today."""
        return self.page.is_specification and self.status == "Canonical"


class Resolution(Struct, frozen=True, gc=False):
    """What a target names: one section, several (ambiguous) or none (unresolved)."""

    target: str
    domain: str
    sections: tuple[CanonicalSection, ...] = ()
    reason: str = ""
    """Why nothing was found."""
    name: str = ""
    """What was looked for in the domain: a label, need, page, or ``page#anchor``."""
    is_moved: bool = False
    """A redirect led from the name that was written to the section."""
    is_unknowable: bool = False
    """Nothing was found, but a source of the domain could not be read, which is reported."""

    @property
    def section(self) -> CanonicalSection | None:
        """The section, when there is exactly one."""
        return self.sections[0] if len(self.sections) == 1 else None


def section_labels(page: DocumentFacts) -> dict[str, str]:
    """First anchor of a section -> the label that stands directly before it, if any does."""
    own = {anchor: section.anchors[0] for section in page.sections for anchor in section.anchors}
    labels: dict[str, str] = {}
    for label in page.labels:
        if label.anchor in own:
            labels.setdefault(own[label.anchor], label.name)
    return labels


def canonical_page(facts: DocumentFacts, domain: SpecDomain) -> CanonicalPage:
    """A page of this project as a page of specifications.

    A header without a status that can be read counts as Canonical: the finding is on its page.
    """
    header = facts.header
    status = (header.status or "Canonical") if header else (domain.default_status or "")
    labels = section_labels(facts)
    return CanonicalPage(
        docname=facts.docname,
        title=facts.title or facts.docname,
        path=facts.path,
        status=status,
        version=header.version if header else "",
        owner=(header.owner if header else "") or domain.owner,
        is_specification=not header or header.document_class == SPECIFICATION,
        sections=(*_sections(facts, labels), *_needs(facts)),
        labels=tuple(label for label in facts.labels if labels.get(label.section) != label.name),
    )


def _sections(facts: DocumentFacts, labels: dict[str, str]) -> Iterator[CanonicalEntry]:
    for section in facts.sections:
        anchor = section.anchors[0]
        yield CanonicalEntry(
            title=section.title,
            anchors=section.anchors,
            label=labels.get(anchor, ""),
            parent=section.parent,
            path="" if section.place.path == facts.path else section.place.path,
            line=section.place.line,
            has_subsections=section.has_subsections,
            words=section.words,
            digest=section.digest,
            tree=section.tree,
            terms=section.terms,
        )


def _needs(facts: DocumentFacts) -> Iterator[CanonicalEntry]:
    for need in facts.needs:
        yield CanonicalEntry(
            title=need.title,
            anchors=(need.id,),
            path="" if need.place.path == facts.path else need.place.path,
            line=need.place.line,
            is_need=True,
            words=need.words,
            digest=need.digest,
        )
