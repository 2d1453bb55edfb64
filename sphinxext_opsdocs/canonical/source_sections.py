"""One source of canonical sections of a spec domain: its pages, and the names of their sections."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from urllib.parse import quote

from msgspec import Struct

from sphinxext_opsdocs.canonical.page_url import folder_url, is_file_folder, plain_url, with_anchor
from sphinxext_opsdocs.canonical.section import (
    COUNTED_ID,
    PROJECT,
    CanonicalEntry,
    CanonicalPage,
    CanonicalSection,
    SourceKind,
)
from sphinxext_opsdocs.config.schema import is_address
from sphinxext_opsdocs.facts.model import Place

__all__ = ["PageSource", "SourcePages", "domain_sources"]

NO_ENTRY = CanonicalEntry(title="", anchors=())


class SourcePages(Struct, frozen=True):
    """The pages of one source of a spec domain, and the redirects to them."""

    kind: SourceKind
    pages: tuple[CanonicalPage, ...]
    redirects: Mapping[str, str] = {}
    """Old docname or ``docname#anchor`` -> the new one, or an address."""
    base_url: str = ""
    """Address of the root of the built documentation; empty if unknown."""
    aliases: Mapping[str, str] = {}
    """Docname of a page -> that of the page that stands for it, since both have the same file."""
    path: str = ""
    """The file it was read from, POSIX and relative to the source directory; empty for pages."""
    origin: str = ""
    """Address or path of that file as configuration names it; empty for pages."""


LinkTarget = tuple[CanonicalPage, CanonicalEntry, str]
"""A page, an entry of it, and the anchor that a link to it leads to."""


class PageSource:
    """Pages of one source. Names lead to pages and entries; sections are built on demand.

    ``base_url`` and ``redirects`` are those of the source.
    """

    def __init__(self, domain_key: str, source: SourcePages, default_status: str = "") -> None:
        self.kind = source.kind
        self.base_url = folder_url(source.base_url)
        self.redirects = source.redirects
        self.pages = {
            page.docname: page for page in source.pages if page.docname not in source.aliases
        }
        self.shared_labels: Container[str] = ()
        """Labels that several sections of the spec domain have, so that none is an identity."""
        self._domain_key = domain_key
        self._default_status = default_status
        self._aliases = {
            alias: docname for alias, docname in source.aliases.items() if docname in self.pages
        }
        self.path = source.path
        self._labels: dict[str, list[LinkTarget]] = defaultdict(list)
        self._needs: dict[str, list[LinkTarget]] = defaultdict(list)
        for page in self.pages.values():
            self._add_names(page)

    def _add_names(self, page: CanonicalPage) -> None:
        for entry in page.sections:
            if entry.label:
                self._labels[entry.label.lower()].append((page, entry, entry.anchor))
            if entry.is_need:
                self._needs[entry.anchors[0]].append((page, entry, entry.anchor))
        # saves the look-up table for most pages: an index can have thousands of them
        if not page.labels:
            return
        by_anchor = {entry.anchors[0]: entry for entry in page.sections}
        for label in page.labels:
            # a label of a figure or list names its section, which has an owner and a digest
            if section := by_anchor.get(label.section):
                self._labels[label.name.lower()].append((page, section, label.anchor))

    def own_labels(self) -> Iterator[tuple[str, str]]:
        """Yield every label directly before a section, with its docname."""
        for page in self.pages.values():
            for entry in page.sections:
                if entry.label:
                    yield entry.label, page.docname

    def find(self, name: str) -> Sequence[CanonicalSection]:
        """Return all sections of that name: a label, else a need, else ``page#anchor`` or a page.

        Labels are case-insensitive, as in Sphinx.
        """
        label = " ".join(name.lower().split())
        if targets := self._labels.get(label) or self._needs.get(name):
            return [self.section(*target) for target in targets]
        docname, _, anchor = name.partition("#")
        if page := self._page(docname):
            return self._in_page(page, anchor)
        return []

    def find_unverified(self, name: str) -> Sequence[CanonicalSection]:
        """Return the section of that anchor on a page whose anchors the source does not list."""
        docname, _, anchor = name.partition("#")
        page = self._page(docname)
        if self.kind.has_anchors or not page or not anchor:
            return []
        entry = CanonicalEntry(title=page.title, anchors=(anchor,))
        return [self.section(page, entry, anchor, is_verified=False)]

    def find_short(self, name: str) -> Iterator[CanonicalSection]:
        """Yield the sections on pages whose path ends with that of the name."""
        docname, _, anchor = name.partition("#")
        for name, page in self._by_last_part.get(docname.rpartition("/")[2], ()):
            if name.endswith(f"/{docname}"):
                yield from self._in_page(page, anchor)

    def find_anchor(self, anchor: str) -> Iterator[CanonicalSection]:
        """Yield the sections of that anchor on all pages."""
        for page, entry in self._by_anchor.get(anchor, ()):
            yield self.section(page, entry, entry.anchor)

    def docname_of(self, url: str) -> str:
        """Return the page at an address below the base; the address itself if there is none."""
        plain = plain_url(url)
        if not is_file_folder(self.base_url):
            return self._by_url.get(plain, plain)
        stem = posixpath.splitext(plain)[0]
        return self._by_path.get(plain, stem if self._page(stem) else plain)

    def names(self) -> Iterable[str]:
        """Return labels, needs and pages to suggest; there are too many anchors to compare."""
        return [*self._labels, *self._needs, *self.pages]

    def anchors_of(self, docname: str) -> list[str]:
        """Return the anchors to name the sections of a page by; empty for an unknown page."""
        page = self._page(docname)
        if page is None:
            return []
        return [entry.anchor for entry in page.sections if not entry.is_nameless]

    @property
    def pageless(self) -> Sequence[CanonicalEntry]:
        """The needs whose page the source does not name."""
        page = self.pages.get("")
        return page.sections if page else ()

    def named_sections(self) -> Iterator[CanonicalSection]:
        """Yield the sections with a label of their own, and the needs."""
        for page in self.pages.values():
            for entry in page.sections:
                if entry.label or entry.is_need:
                    yield self.section(page, entry, entry.anchor)

    @cached_property
    def sections(self) -> Sequence[CanonicalSection]:
        """Every section and need, page by page."""
        return [
            self.section(page, entry, entry.anchor)
            for page in self.pages.values()
            for entry in page.sections
        ]

    def section(
        self, page: CanonicalPage, entry: CanonicalEntry, anchor: str, is_verified: bool = True
    ) -> CanonicalSection:
        """Return an entry as a section of the graph; ``anchor`` is where a link leads."""
        if entry.is_need:
            name = entry.anchors[0]
        elif entry.label and entry.label not in self.shared_labels:
            name = entry.label
        else:
            name = with_anchor(page.docname, entry.anchor)
        return CanonicalSection(
            id=f"{self._domain_key}:{name}" if self._domain_key else name,
            domain_key=self._domain_key,
            kind=self.kind,
            page=page,
            entry=entry,
            anchor=anchor,
            place=self._place(page, entry),
            status=page.status or self._default_status,
            url=self._url(page, anchor),
            is_document=not entry.is_need and not entry.parent and entry.has_subsections,
            is_verified=is_verified,
        )

    def _page(self, docname: str) -> CanonicalPage | None:
        if not docname:  # stands for all pages that the source does not name
            return None
        return self.pages.get(self._aliases.get(docname, docname))

    def _place(self, page: CanonicalPage, entry: CanonicalEntry) -> Place:
        if self.kind is PROJECT:
            return Place(entry.path or page.path, max(entry.line, 1))
        # the sources of another project are not on this machine: only its file can be shown
        return Place(self.path, 1)

    def _url(self, page: CanonicalPage, anchor: str) -> str:
        if is_address(page.url):
            return with_anchor(page.url, anchor)
        if not self.base_url or not page.docname or self.kind is PROJECT:
            return ""
        if not is_file_folder(self.base_url):
            return with_anchor(f"{self.base_url}{page.url}", anchor)
        if not page.path:  # the source lists built pages alone
            return ""
        return with_anchor(f"{self.base_url}{quote(page.path)}", anchor)

    def _in_page(self, page: CanonicalPage, anchor: str) -> Sequence[CanonicalSection]:
        if not anchor:
            return [self._whole_page(page)]
        if COUNTED_ID.fullmatch(anchor):
            return []
        for entry in page.sections:
            if anchor in entry.anchors:
                return [self.section(page, entry, entry.anchor)]
        return self._around_label(page, anchor)

    def _around_label(self, page: CanonicalPage, anchor: str) -> Sequence[CanonicalSection]:
        label = next((label for label in page.labels if label.anchor == anchor), None)
        if label is None:
            return []
        entries = (entry for entry in page.sections if label.section in entry.anchors[:1])
        return [self.section(page, entry, anchor) for entry in entries]

    def _whole_page(self, page: CanonicalPage) -> CanonicalSection:
        top = next((entry for entry in page.sections if not entry.parent), NO_ENTRY)
        entry = CanonicalEntry(
            title=page.title,
            anchors=(),
            line=1,
            has_subsections=True,
            words=top.words,
            digest=top.digest,
            tree=top.tree,
        )
        return self.section(page, entry, "")

    @cached_property
    def _by_last_part(self) -> Mapping[str, list[tuple[str, CanonicalPage]]]:
        pages: dict[str, list[tuple[str, CanonicalPage]]] = defaultdict(list)
        for docname, page in self.pages.items():
            pages[docname.rpartition("/")[2]].append((docname, page))
        for alias, docname in self._aliases.items():
            pages[alias.rpartition("/")[2]].append((alias, self.pages[docname]))
        return pages

    @cached_property
    def _by_anchor(self) -> Mapping[str, list[tuple[CanonicalPage, CanonicalEntry]]]:
        entries: dict[str, list[tuple[CanonicalPage, CanonicalEntry]]] = defaultdict(list)
        for page in self.pages.values():
            for entry in page.sections:
                for anchor in entry.anchors:
                    entries[anchor].append((page, entry))
        return entries

    @cached_property
    def _by_path(self) -> Mapping[str, str]:
        return {page.path: name for name, page in self.pages.items() if page.path}

    @cached_property
    def _by_url(self) -> Mapping[str, str]:
        urls = {plain_url(page.url or f"{name}.html"): name for name, page in self.pages.items()}
        return {plain_url(f"{alias}.html"): name for alias, name in self._aliases.items()} | urls


def domain_sources(
    domain_key: str, sources: Iterable[SourcePages], default_status: str = ""
) -> Sequence[PageSource]:
    """Return all sources of a spec domain.

    A label is an identity only if exactly one page of all of them has it.
    """
    page_sources = [PageSource(domain_key, source, default_status) for source in sources]
    uses: dict[str, list[str]] = defaultdict(list)
    for source in page_sources:
        by_label: dict[str, list[str]] = defaultdict(list)
        for label, docname in source.own_labels():
            by_label[label].append(docname)
        for label, docnames in by_label.items():
            if uses[label] != docnames:  # an index and an inventory may list the same page
                uses[label] += docnames
    shared = {label for label, docnames in uses.items() if len(docnames) > 1}
    for source in page_sources:
        source.shared_labels = shared
    return page_sources
