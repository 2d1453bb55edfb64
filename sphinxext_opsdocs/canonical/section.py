"""Canonical sections: what a reference can name, with one identity for all ways to write it.

A page of specifications is the same value for every source: this project, a canonical index, a
needs.json or an inventory. Fields that a kind of source cannot fill are empty.
"""

from __future__ import annotations

import re
from typing import Annotated

from msgspec import Meta, Struct

from sphinxext_opsdocs.canonical.page_url import with_anchor
from sphinxext_opsdocs.config.lifecycle import Lifecycle
from sphinxext_opsdocs.facts.model import Label, Place

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
]


COUNTED_ID = re.compile(r"id[0-9]+")
"""Ids that docutils counts through a page: they name another section after the next edit."""


class SourceKind(Struct, frozen=True):
    """A kind of place that canonical sections come from, and which of their data it has."""

    name: str
    title: str
    has_text: bool = True
    """Digests and words, which show whether a section changed."""
    has_status: bool = True
    has_anchors: bool = True
    """All sections of a page, also those without a label."""

    @property
    def is_complete(self) -> bool:
        """Whether it has all data of a section."""
        return self.has_text and self.has_status and self.has_anchors


PROJECT = SourceKind("paths", "pages of this project")
INDEX = SourceKind("index", "a canonical index")
NEEDS = SourceKind("needs", "a needs.json", False, False, False)
INVENTORY = SourceKind("inventory", "an inventory (objects.inv)", False, False, False)


class CanonicalEntry(Struct, frozen=True, gc=False, omit_defaults=True):
    """A section or need of a page. Sections refer to their parent by its first anchor."""

    title: str
    anchors: Annotated[tuple[str, ...], Meta(min_length=1)]
    label: str = ""
    """The label directly before it, if any."""
    parent: str = ""
    """First anchor of the parent section; empty for a top section."""
    path: str = ""
    """Source file if the text was included from another file than the page's own."""
    line: int = 0
    """1-based; 0 if unknown."""
    is_need: bool = False
    has_subsections: bool = False
    words: str = ""
    """Own text, normalised, one block a line."""
    digest: str = ""
    """Of title and own text; empty if the source has no text."""
    tree: str = ""
    """Of the section with everything below it; empty if that is the same as ``digest``."""
    terms: tuple[str, ...] = ()
    """Terms that a glossary in it defines."""
    refers_to: tuple[str, ...] = ()
    """Other sections that it refers to: ``page#anchor`` of the same project, or an address."""

    @property
    def anchor(self) -> str:
        """The anchor to name it by: the first that is not counted; empty for a page."""
        first = next(iter(self.anchors), "")
        return next((a for a in self.anchors if not COUNTED_ID.fullmatch(a)), first)

    @property
    def is_nameless(self) -> bool:
        """Whether it has neither a label nor an anchor that outlasts an edit of its page."""
        return not self.label and bool(COUNTED_ID.fullmatch(self.anchor))

    @property
    def whole_digest(self) -> str:
        """Digest of the section with everything below it; empty if the source has no text."""
        return self.tree or self.digest


class CanonicalPage(Struct, frozen=True, gc=False, omit_defaults=True):
    """A page of specifications. ``url`` is relative to the root of the built documentation."""

    docname: str
    """Empty for the needs whose page is unknown, like the title."""
    title: str
    url: str = ""
    """An address for a need that a needs.json has from yet another project."""
    path: str = ""
    """Source file, relative to the project's source directory."""
    status: str = ""
    """Empty if the page declares none, or its source does not have it."""
    version: str = ""
    owner: str = ""
    is_specification: bool = True
    sections: tuple[CanonicalEntry, ...] = ()
    labels: tuple[Label, ...] = ()
    """Labels inside sections."""


class CanonicalSection(Struct, frozen=True, gc=False):
    """A section, need or whole page of a specification; ``id`` is its one identity."""

    id: str
    domain_key: str
    kind: SourceKind
    page: CanonicalPage
    entry: CanonicalEntry
    anchor: str
    """Where a link leads: the section's own anchor, or that of a label inside it."""
    place: Place
    status: str = ""
    url: str = ""
    """Address; empty for pages of this project, and if the base address is unknown."""
    is_document: bool = False
    """Names the whole page although that has several sections."""
    is_verified: bool = True
    """False if the source lists the page but not its anchors."""

    @property
    def title(self) -> str:
        """The section's title."""
        return self.entry.title

    @property
    def page_title(self) -> str:
        """The title of its page."""
        return self.page.title

    @property
    def full_title(self) -> str:
        """The titles of its page, if that is known, and its own."""
        if not self.page.title:
            return self.title
        return f"{self.page.title} › {self.title}"

    @property
    def docname(self) -> str:
        """The docname of its page in its own project."""
        return self.page.docname

    @property
    def is_external(self) -> bool:
        """Whether its page belongs to another project."""
        return self.kind is not PROJECT

    @property
    def name(self) -> str:
        """``page#anchor`` in its own project, even if its identity is a label."""
        return with_anchor(self.page.docname, self.anchor)

    @property
    def is_live(self) -> bool:
        """Whether it describes how the system works today."""
        return self.page.is_specification and self.status == Lifecycle.CANONICAL


class Resolution(Struct, frozen=True, gc=False):
    """What a target names: one section, several (ambiguous) or none (unresolved)."""

    target: str
    domain_key: str
    sections: tuple[CanonicalSection, ...] = ()
    reason: str = ""
    """Why the target is unresolved."""
    name: str = ""
    """The part of the target in the spec domain: a label, need, page, or ``page#anchor``."""
    is_moved: bool = False
    """A redirect led from the name that was written to the section."""
    is_unknowable: bool = False
    """Unresolved, but a source of the spec domain could not be read, which is reported."""

    @property
    def section(self) -> CanonicalSection | None:
        """The section, if the target names exactly one."""
        if len(self.sections) != 1:
            return None
        return self.sections[0]
