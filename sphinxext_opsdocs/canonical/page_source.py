"""Somewhere that canonical sections of a spec domain are found: pages, and names into them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from urllib.parse import unquote

from msgspec import Struct

from sphinxext_opsdocs.canonical.section import (
    COUNTED_ID,
    PROJECT,
    CanonicalEntry,
    CanonicalPage,
    CanonicalSection,
    SourceKind,
)
from sphinxext_opsdocs.facts.model import Place

__all__ = ["PageSource", "SourcePages", "domain_sources", "folder_url", "plain_url"]


class SourcePages(Struct, frozen=True):
    """The pages that one source of a spec domain has, and what leads to them."""

    kind: SourceKind
    pages: tuple[CanonicalPage, ...]
    redirects: Mapping[str, str] = {}
    """Docname, or ``docname#anchor``, that is no more -> the one that it became, or an address."""
    base_url: str = ""
    """Address of the root of the built documentation, where it is known."""
    path: str = ""
    """The file it was read from, POSIX and relative to the source directory; empty for pages."""


def plain_url(url: str) -> str:
    """A relative address without what servers let readers leave away, and without its anchor."""
    path = unquote(url.partition("#")[0].partition("?")[0])
    if path == "index.html" or path.endswith("/index.html"):
        path = path.removesuffix("index.html")
    return path.removesuffix(".html").rstrip("/")


def folder_url(url: str) -> str:
    """An address that others are joined to, with its slash at the end; empty stays empty."""
    return url if not url or url.endswith("/") else f"{url}/"


Found = tuple[CanonicalPage, CanonicalEntry, str]
"""A page, an entry of it, and the anchor that a link to it leads to."""


class PageSource:
    """Pages of one source. Names lead to pages and entries; sections are made when asked for."""

    def __init__(self, domain: str, found: SourcePages, default_status: str = "") -> None:
        self.kind = found.kind
        self.base_url = folder_url(found.base_url)
        self.redirects = found.redirects
        self.pages = {page.docname: page for page in found.pages}
        self.shared_labels: Container[str] = ()
        """Labels that are no identity: several sections of the domain have them."""
        self._domain, self._default_status, self._file = domain, default_status, found.path
        self._labels: dict[str, list[Found]] = {}
        self._needs: dict[str, list[Found]] = {}
        for page in self.pages.values():
            for entry in page.sections:
                if entry.label:
                    own = (page, entry, entry.anchor)
                    self._labels.setdefault(entry.label.lower(), []).append(own)
                if entry.is_need:
                    own = (page, entry, entry.anchor)
                    self._needs.setdefault(entry.anchors[0], []).append(own)
            if page.labels:
                by_anchor = {entry.anchors[0]: entry for entry in page.sections}
                for label in page.labels:
                    if label.section in by_anchor:
                        inner = (page, by_anchor[label.section], label.anchor)
                        self._labels.setdefault(label.name.lower(), []).append(inner)

    def own_labels(self) -> Iterator[tuple[str, str]]:
        """Every label that stands right before a section, with its docname."""
        for page in self.pages.values():
            for entry in page.sections:
                if entry.label:
                    yield entry.label, page.docname

    def find(self, name: str) -> Sequence[CanonicalSection]:
        """All sections of that name: a label, else a need, else ``page#anchor`` or a page.

        Labels are case-insensitive, as in Sphinx.
        """
        label = " ".join(name.lower().split())
        if found := self._labels.get(label) or self._needs.get(name):
            return [self.section(*entry) for entry in found]
        docname, _, anchor = name.partition("#")
        page = self.pages.get(docname)
        return self._in_page(page, anchor) if page else []

    def find_unverified(self, name: str) -> Sequence[CanonicalSection]:
        """The section of that anchor on a page whose anchors the source does not know."""
        docname, _, anchor = name.partition("#")
        page = self.pages.get(docname)
        if self.kind.knows_anchors or not page or not anchor:
            return []
        entry = CanonicalEntry(title=page.title, anchors=(anchor,))
        return [self.section(page, entry, anchor, is_verified=False)]

    def find_short(self, name: str) -> Iterator[CanonicalSection]:
        """The sections on pages whose path ends so."""
        docname, _, anchor = name.partition("#")
        for page in self._by_last_part.get(docname.rpartition("/")[2], ()):
            if page.docname.endswith(f"/{docname}"):
                yield from self._in_page(page, anchor)

    def find_anchor(self, anchor: str) -> Iterator[CanonicalSection]:
        """The sections of that anchor, on whatever page."""
        for page, entry in self._by_anchor.get(anchor, ()):
            yield self.section(page, entry, entry.anchor)

    def docname_of(self, url: str) -> str:
        """The page at an address below the base: of this source, or as it would be called."""
        plain = plain_url(url)
        return self._by_url.get(plain, plain)

    def names(self) -> Iterable[str]:
        """Labels, needs and pages; the anchors of pages are too many to help."""
        return [*self._labels, *self._needs, *self.pages]

    def anchors_of(self, docname: str) -> list[str]:
        """The first anchors of a page's sections."""
        page = self.pages.get(docname)
        return [entry.anchor for entry in page.sections if not entry.is_nameless] if page else []

    def named(self) -> Iterator[CanonicalSection]:
        """The sections with a label of their own, and the needs."""
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
        """An entry as a section of the graph; ``anchor`` is where a link leads."""
        if entry.is_need:
            name = entry.anchors[0]
        elif entry.label and entry.label not in self.shared_labels:
            name = entry.label
        else:
            name = f"{page.docname}#{entry.anchor}"
        return self._made(page, entry, anchor, name, is_verified)

    def _made(
        self,
        page: CanonicalPage,
        entry: CanonicalEntry,
        anchor: str,
        name: str,
        is_verified: bool = True,
    ) -> CanonicalSection:
        is_project = self.kind is PROJECT
        place = Place(entry.path or page.path, max(entry.line, 1))
        url = f"{self.base_url}{page.url}" if self.base_url and not is_project else ""
        return CanonicalSection(
            id=f"{self._domain}:{name}" if self._domain else name,
            domain=self._domain,
            kind=self.kind,
            page=page,
            entry=entry,
            anchor=anchor,
            place=place if is_project else Place(self._file, 1),
            status=page.status or self._default_status,
            url=f"{url}#{anchor}" if url and anchor else url,
            is_document=not entry.is_need and not entry.parent and entry.has_subsections,
            is_verified=is_verified,
        )

    def _in_page(self, page: CanonicalPage, anchor: str) -> Sequence[CanonicalSection]:
        if not anchor:
            top = next((entry for entry in page.sections if not entry.parent), None)
            entry = CanonicalEntry(
                title=page.title,
                anchors=(),
                line=1,
                has_subsections=True,
                words=top.words if top else "",
                digest=top.digest if top else "",
                tree=top.tree if top else "",
            )
            return [self._made(page, entry, "", page.docname)]
        if COUNTED_ID.fullmatch(anchor):
            return []
        for entry in page.sections:
            if anchor in entry.anchors:
                return [self.section(page, entry, entry.anchor)]
        for label in page.labels:
            if label.anchor == anchor:
                around = (entry for entry in page.sections if label.section in entry.anchors[:1])
                return [self.section(page, entry, anchor) for entry in around]
        return []

    @cached_property
    def _by_last_part(self) -> Mapping[str, list[CanonicalPage]]:
        found: dict[str, list[CanonicalPage]] = defaultdict(list)
        for page in self.pages.values():
            found[page.docname.rpartition("/")[2]].append(page)
        return found

    @cached_property
    def _by_anchor(self) -> Mapping[str, list[tuple[CanonicalPage, CanonicalEntry]]]:
        found: dict[str, list[tuple[CanonicalPage, CanonicalEntry]]] = defaultdict(list)
        for page in self.pages.values():
            for entry in page.sections:
                for anchor in entry.anchors:
                    found[anchor].append((page, entry))
        return found

    @cached_property
    def _by_url(self) -> Mapping[str, str]:
        return {plain_url(page.url or f"{name}.html"): name for name, page in self.pages.items()}


def domain_sources(
    domain: str, found: Iterable[SourcePages], default_status: str = ""
) -> Sequence[PageSource]:
    """All sources of a spec domain; a label is an identity where one page of them all has it."""
    sources = [PageSource(domain, pages, default_status) for pages in found]
    uses: dict[str, list[str]] = defaultdict(list)
    for source in sources:
        by_source: dict[str, list[str]] = defaultdict(list)
        for label, docname in source.own_labels():
            by_source[label].append(docname)
        for label, docnames in by_source.items():
            if uses[label] != docnames:  # two sources may know the same page
                uses[label] += docnames
    shared = {label for label, docnames in uses.items() if len(docnames) > 1}
    for source in sources:
        source.shared_labels = shared
    return sources
