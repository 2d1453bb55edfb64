"""Which pages of two readings are the same page under another name, told by their text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping

from msgspec.structs import replace

from sphinxext_opsdocs.facts.model import DocumentFacts, Section
from sphinxext_opsdocs.text.digest import compute_digest

__all__ = ["MIN_SHARED_SECTIONS", "digests_of", "find_renames", "rename_links"]

MIN_SHARED_SECTIONS = 0.5
"""Share of the sections of a removed page that a new page must have to be the same page; and of the
sections of a new page that must come from one page to make it split off from that."""
MIN_SHARED_WORDS = 0.8
"""Share of the words of two pages that makes one the other, renamed and edited."""
PAGE_LINK = re.compile(r"(?<=</|#/)[^<>#\n]+(?=[>#])")
"""The docname of a link to a page in normalised text."""


class _PageText:
    """The text of a page, prepared for comparisons with many others."""

    def __init__(self, facts: DocumentFacts) -> None:
        self.digests = digests_of(facts)
        text = " ".join(f"{section.title} {section.words}" for section in facts.sections)
        self.words = Counter(text.split())
        self.length = self.words.total()


def find_renames(
    before: Mapping[str, DocumentFacts], after: Mapping[str, DocumentFacts]
) -> Mapping[str, str]:
    """Return new -> old docname of renamed pages, paired by shared sections, else by words."""
    removed = {name: _PageText(facts) for name, facts in before.items() if name not in after}
    added = {name: _PageText(facts) for name, facts in after.items() if name not in before}
    renames: dict[str, str] = {}
    for measure, minimum in (
        (_shared_sections, MIN_SHARED_SECTIONS),
        (_shared_words, MIN_SHARED_WORDS),
    ):
        # The most similar pairs come first, so that each page gets its best partner.
        for _, old, new in sorted(_similar_pairs(removed, added, measure, minimum)):
            if old in removed and new in added:
                del removed[old], added[new]
                renames[new] = old
    return renames


def _similar_pairs(
    removed: Mapping[str, _PageText],
    added: Mapping[str, _PageText],
    measure: Callable[[_PageText, _PageText], float],
    minimum: float,
) -> Iterator[tuple[float, str, str]]:
    """Yield negated share, old and new docname of the pages that are similar enough."""
    for old, old_text in removed.items():
        for new, new_text in added.items():
            share = measure(old_text, new_text)
            if share >= minimum:
                yield -share, old, new


def _shared_sections(old: _PageText, new: _PageText) -> float:
    """Return the share of the sections of a page that another has, word by word."""
    if not old.digests:
        return 0.0
    return len(old.digests & new.digests) / len(old.digests)


def _shared_words(old: _PageText, new: _PageText) -> float:
    """Return the share of the words of the longer of two pages that the other has too."""
    shorter, longer = sorted((old.length, new.length))
    # The share cannot exceed the ratio of the lengths; counting is the expensive part.
    if not longer or shorter < MIN_SHARED_WORDS * longer:
        return 0.0
    return (old.words & new.words).total() / longer


def rename_links(
    documents: Mapping[str, DocumentFacts], new_names: Mapping[str, str]
) -> Mapping[str, DocumentFacts]:
    """Return the pages with links to renamed pages under their new names, and new digests."""
    names = {*new_names, *new_names.values()}

    def rename(words: str) -> str:
        return PAGE_LINK.sub(lambda link: new_names.get(link[0], link[0]), words)

    def rename_in_section(section: Section) -> Section:
        # Sections that use the new name already get a new digest too: to be equal, the digests of
        # both sides must be computed in the same way.
        if names.isdisjoint(PAGE_LINK.findall(section.words)):
            return section
        words = rename(section.words)
        return replace(section, words=words, digest=compute_digest((section.title, words)))

    return {
        docname: replace(
            facts,
            preamble=rename(facts.preamble),
            sections=tuple(map(rename_in_section, facts.sections)),
        )
        for docname, facts in documents.items()
    }


def digests_of(facts: DocumentFacts | None) -> set[str]:
    """Return the digests of the sections with text."""
    if not facts:
        return set()
    return {section.digest for section in facts.sections if section.words}
