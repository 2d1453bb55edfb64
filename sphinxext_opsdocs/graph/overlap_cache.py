"""Finds what operational pages repeat, and looks again only at what has changed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from sphinxext_opsdocs.canonical.page_source import PageSource
from sphinxext_opsdocs.facts.model import DocumentFacts, Passage
from sphinxext_opsdocs.graph.overlap import Checked

if TYPE_CHECKING:
    from sphinxext_opsdocs.text.language import Language

__all__ = ["find_overlaps"]

SEARCH_FORMAT = 3
"""Raised whenever the search comes to other results: those of another format are not kept."""


def find_overlaps(
    pages: Sequence[DocumentFacts],
    passages_of: Callable[[DocumentFacts], Sequence[Passage]],
    sources: Mapping[str, Sequence[PageSource]],
    language: Language | None,
    before: Mapping[str, Checked],
) -> dict[str, Checked]:
    """By docname. A page is looked at again only when it, or a specification, has changed."""
    if not pages:
        return {}
    state = _digest_of_sources(sources, language)
    keys = {page.docname: f"{page.prose} {state}" for page in pages}
    found: dict[str, Checked] = {}
    changed: list[DocumentFacts] = []
    for page in pages:
        known = before.get(page.docname)
        if known and known.key == keys[page.docname]:
            found[page.docname] = known
        else:
            changed.append(page)
    if changed and not _has_text(sources):
        found |= {page.docname: Checked(keys[page.docname]) for page in changed}
    elif changed:
        from sphinxext_opsdocs.graph.overlap_search import OverlapSearch  # few builds need it

        read = {page.docname: tuple(passages_of(page)) for page in changed}
        search = OverlapSearch(read, sources, language)
        for docname in read:
            found[docname] = Checked(keys[docname], tuple(search.overlaps(docname)))
    return found


def _has_text(sources: Mapping[str, Sequence[PageSource]]) -> bool:
    """Whether there is anything that a page could repeat."""
    return any(
        section.entry.words
        for found in sources.values()
        for source in found
        if source.kind.knows_text
        for section in source.sections
    )


def _digest_of_sources(
    sources: Mapping[str, Sequence[PageSource]], language: Language | None
) -> str:
    digest = hashlib.blake2b(f"{SEARCH_FORMAT} {language!r}".encode(), digest_size=12)
    for domain, found in sorted(sources.items()):
        for source in found:
            for section in source.sections:
                entry, page = section.entry, section.page
                told = f"{section.id} {section.status} {page.is_specification} {entry.digest}"
                digest.update(f"{domain} {told} {entry.terms}\n".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()
