"""Passages of one text that another text contains too: verbatim, lightly edited or reordered.

The specifications are streamed past the word 4-grams of the operational pages.
docs/adr/0014-overlaps-are-remembered.md gives the reasons.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import compress, count, groupby
from typing import NamedTuple

from sphinxext_opsdocs.text.copy_spans import GRAM, Block, Hit, Match, Page, find_runs, match_runs
from sphinxext_opsdocs.text.words import split_words

__all__ = ["Block", "CopyIndex", "Match", "Text"]

MOST_PLACES = 40
"""A gram at more places in specifications is a phrase or part of a template."""
LEAST_CONTENT = 2
"""Words of a gram that have content of their own."""
LEAST_EXACT = 6
"""Words of a list item or table row that is compared as a whole."""

Gram = tuple[str, ...]
Copy = tuple[str, int, int]
"""Key of a page, index of its block, and index of the text that contains all of the block."""


class Text(NamedTuple):
    """A section of a specification, one line for each block."""

    lines: Sequence[str]
    page: str = ""
    """Key of the page that the section is part of; a page is never a copy of itself."""


class CopyIndex:
    """An index of pages by key, for the search of their passages in other texts."""

    def __init__(
        self, pages: Iterable[tuple[str, Sequence[Block]]], plain: Collection[str]
    ) -> None:
        """``plain`` are words without content of their own."""
        self._plain = plain
        self._pages: dict[str, Page] = {}
        self._grams: set[Gram] = set()
        self._exact: dict[tuple[str, ...], list[tuple[str, int]]] = {}
        for key, blocks in pages:
            self._add_page(key, blocks)

    def _add_page(self, key: str, blocks: Sequence[Block]) -> None:
        words: list[str] = []
        owner: list[int] = []
        for index, block in enumerate(blocks):
            words += block.words
            owner += [index] * len(block.words)
            if block.is_exact and len(block.words) >= LEAST_EXACT and not block.is_lead:
                self._exact.setdefault(tuple(block.words), []).append((key, index))
        self._pages[key] = Page(blocks, words, owner)
        self._grams.update(_grams(words))

    def find_matches(self, texts: Sequence[Text]) -> dict[str, list[Match]]:
        """Return the best match for each block that is a copy, by page, in document order."""
        places, copies = self._stream(texts)
        matches: dict[str, list[Match]] = defaultdict(list)
        hits = self._find_hits(texts, places)
        # by text, each of which is split once for all pages; all at once would fill the memory
        for source, pairs in groupby(sorted(hits, key=_source_of), key=_source_of):
            words = [word for line in texts[source].lines for word in split_words(line)]
            for key, _ in pairs:
                page = self._pages[key]
                runs = find_runs(page, hits[key, source])
                matches[key] += match_runs(page, runs, source, words, self._plain)
        for key, index, source in copies:
            words_of_block = tuple(self._pages[key].blocks[index].words)
            matches[key].append(Match(index, source, words_of_block, len(words_of_block)))
        return {key: _best_matches(of_page) for key, of_page in matches.items() if of_page}

    def _stream(self, texts: Sequence[Text]) -> tuple[dict[Gram, list[Hit]], list[Copy]]:
        """Return the places in texts of grams of the pages, and the exact copies."""
        # one text at a time: memory grows with the pages, not with the specifications
        places: dict[Gram, list[Hit]] = defaultdict(list)
        copies: list[Copy] = []
        grams, exact = self._grams, self._exact
        for source, text in enumerate(texts):
            words: list[str] = []
            for line in text.lines:
                words_of_line = split_words(line)
                words += words_of_line
                for key, index in exact.get(tuple(words_of_line), ()):
                    if key != text.page:
                        copies.append((key, index, source))
            for offset, gram in _common_grams(words, grams):
                places[gram].append((source, offset))
        # a row that many specifications contain comes from their template
        counts = Counter((key, index) for key, index, _ in copies)
        return places, [copy for copy in copies if counts[copy[:2]] <= MOST_PLACES]

    def _find_hits(
        self, texts: Sequence[Text], places: Mapping[Gram, list[Hit]]
    ) -> dict[tuple[str, int], list[Hit]]:
        """Return where a page and a text have grams in common, by page and text."""
        hits: dict[tuple[str, int], list[Hit]] = defaultdict(list)
        distinctive = {
            gram: of_gram for gram, of_gram in places.items() if self._is_distinctive(gram, of_gram)
        }
        if not distinctive:
            return hits
        for key, page in self._pages.items():
            for offset, gram in _common_grams(page.words, distinctive):
                for source, other in distinctive[gram]:
                    if key != texts[source].page:
                        hits[key, source].append((offset, other))
        return hits

    def _is_distinctive(self, gram: Gram, places: Sequence[Hit]) -> bool:
        content = sum(word not in self._plain for word in gram)
        return content >= LEAST_CONTENT and len(places) <= MOST_PLACES


def _source_of(pair: tuple[str, int]) -> int:
    return pair[1]


def _grams(words: Sequence[str]) -> Iterator[Gram]:
    return zip(*(words[n:] for n in range(GRAM)), strict=False)


def _common_grams(words: Sequence[str], grams: Collection[Gram]) -> Iterator[tuple[int, Gram]]:
    """Yield the grams of a text that a collection contains, with their offsets."""
    # compress and map test each gram in C, the loop below only sees the few that match
    for offset in compress(count(), map(grams.__contains__, _grams(words))):
        yield offset, tuple(words[offset : offset + GRAM])


def _best_matches(matches: Sequence[Match]) -> list[Match]:
    """Return the match with the most shared words for each block; of equal ones the first text."""
    best: dict[int, Match] = {}
    for match in matches:
        current = best.get(match.block)
        if not current or _rank(match) > _rank(current):
            best[match.block] = match
    return [best[block] for block in sorted(best)]


def _rank(match: Match) -> tuple[bool, int, int]:
    return not match.is_rephrased, match.shared, -match.source
