"""Finds what operational pages repeat, and searches only pages again that may have changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from sphinxext_opsdocs.canonical.section import CanonicalSection
from sphinxext_opsdocs.canonical.source_sections import PageSource
from sphinxext_opsdocs.facts.model import DocumentFacts
from sphinxext_opsdocs.graph.overlap import PageOverlaps, PassagesOf

if TYPE_CHECKING:
    from sphinxext_opsdocs.text.language_file import Language

__all__ = ["find_overlaps", "has_canonical_text"]

SEARCH_FORMAT = 5
"""Raised when the search has other results: earlier ones of another format are not used."""

Sources = Mapping[str, Sequence[PageSource]]


def find_overlaps(
    pages: Sequence[DocumentFacts],
    passages_of: PassagesOf,
    sources: Sources,
    language: Language | None,
    earlier: Mapping[str, PageOverlaps],
) -> dict[str, PageOverlaps]:
    """Return the overlaps of pages by docname.

    A page is searched again only if it, or any specification, changed since ``earlier``.
    """
    if not pages:
        return {}
    # part of every key: any page may repeat the new text of a changed specification
    sources_digest = _digest_of_sources(sources, language)
    keys = {page.docname: f"{page.prose} {sources_digest}" for page in pages}
    unchanged = {
        docname: overlaps
        for docname, overlaps in earlier.items()
        if keys.get(docname) == overlaps.key
    }
    changed = [page for page in pages if page.docname not in unchanged]
    return unchanged | _search(changed, keys, passages_of, sources, language)


def _search(
    pages: Sequence[DocumentFacts],
    keys: Mapping[str, str],
    passages_of: PassagesOf,
    sources: Sources,
    language: Language | None,
) -> dict[str, PageOverlaps]:
    if not pages:
        return {}
    if not has_canonical_text(sources):
        return {page.docname: PageOverlaps(keys[page.docname]) for page in pages}
    # imported late: most builds need no search, and what reads prose takes time to load
    from sphinxext_opsdocs.graph.overlap_search import OverlapSearch

    search = OverlapSearch(pages, passages_of, sources, language)
    return {
        page.docname: PageOverlaps(keys[page.docname], tuple(search.overlaps(page)))
        for page in pages
    }


def has_canonical_text(sources: Sources) -> bool:
    """Whether there is any canonical text that a page could repeat."""
    return any(
        section.entry.words for _, source, section in _sections(sources) if source.kind.has_text
    )


def _digest_of_sources(sources: Sources, language: Language | None) -> str:
    digest = hashlib.blake2b(f"{SEARCH_FORMAT} {language!r}".encode(), digest_size=12)
    for domain_key, _, section in _sections(sources):
        entry, page = section.entry, section.page
        state = f"{section.id} {section.status} {page.is_specification} {entry.digest}"
        line = f"{domain_key} {state} {entry.terms}\n"
        digest.update(line.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _sections(sources: Sources) -> Iterator[tuple[str, PageSource, CanonicalSection]]:
    """Yield every section with its spec domain and source, by spec domain."""
    for domain_key, domain_sources in sorted(sources.items()):
        for source in domain_sources:
            for section in source.sections:
                yield domain_key, source, section
