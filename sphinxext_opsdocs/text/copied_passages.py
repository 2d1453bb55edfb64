"""Which passages of one text stand in another too: verbatim, lightly edited or reordered.

The specifications are streamed past the word 4-grams of the operational pages. Where these have
grams in common is grouped into spans, and each span is then compared word by word.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import compress, count, pairwise
from typing import NamedTuple

from sphinxext_opsdocs.text.words import text_words

__all__ = ["Block", "CopyIndex", "Match", "Text"]

GRAM = 4
MOST_PLACES = 40
"""A gram that specifications have at more places is a phrase, or stands in their template."""
LEAST_CONTENT = 2
"""Words of the subject matter that a gram has at least."""
LONGEST_SPAN = 1500
"""Words after which a span is parted, so that the time to compare it has a bound."""
GAP = 14
"""Words of a span that may be edited in a row."""
LEAST_SPAN = 17
"""Words from the first to the last that a span has in common with the other text."""
LEAST_SHARE = 0.68
"""How much of a span, and of each block in it, the other text has."""
LEAST_RUN = 6
"""Words of a block in a row, all of which the other text has."""
LEAST_PART = 8
"""Words that a block of a span has in common with the other text."""
LEAST_WHOLE, LEAST_WHOLE_SHARE = 11, 0.85
"""Words of a block that may be shorter, because all of it is there, and how much of it is."""
LEAST_CANDIDATE = 0.3
"""The same by grams alone: an edited word spoils four of them."""
LEAST_EXACT = 6
"""Words of a list item or table row that is the same word by word."""
LEAST_COVERED = 6
"""Words that are in grams of both texts, before these are compared at all."""
WINDOW, MARGIN = 2000, 40
"""Words of a specification that a run is compared with, and those before and behind them."""

Gram = tuple[str, ...]
Hit = tuple[int, int]
"""Offset of a gram in the words of a page (or index of a text), and in the other text."""


class Block(NamedTuple):
    """A block of an operational page."""

    words: Sequence[str]
    is_exact: bool
    """A list item or table row, which may be short where it is the same."""
    is_lead: bool
    """Only leads to what comes next, as a sentence before a list does."""
    group: str
    """Spans do not run on from one group of blocks to another."""


class Text(NamedTuple):
    """A section of a specification, a block a line. Only its words that matter are kept."""

    lines: Sequence[str]
    page: str = ""
    """Key of the page that it is itself a part of: nothing is a copy of itself."""


class Match(NamedTuple):
    """Words of one block that another text has too."""

    block: int
    """Its index on its page."""
    source: int
    """Index of the other text."""
    words: tuple[str, ...]
    shared: int
    """How many of the words are there."""


class _Page(NamedTuple):
    blocks: Sequence[Block]
    words: list[str]
    owner: list[int]
    """Index of the block of each word."""


class CopyIndex:
    """Pages by key, of which other texts may hold passages."""

    def __init__(
        self, pages: Iterable[tuple[str, Sequence[Block]]], plain: Collection[str]
    ) -> None:
        self._plain = plain
        self._pages: dict[str, _Page] = {}
        self._grams: set[Gram] = set()
        self._exact: dict[tuple[str, ...], list[tuple[str, int]]] = {}
        for key, blocks in pages:
            self._add(key, blocks)

    def _add(self, key: str, blocks: Sequence[Block]) -> None:
        words: list[str] = []
        owner: list[int] = []
        for index, block in enumerate(blocks):
            words += block.words
            owner += [index] * len(block.words)
            if block.is_exact and len(block.words) >= LEAST_EXACT and not block.is_lead:
                self._exact.setdefault(tuple(block.words), []).append((key, index))
        self._pages[key] = _Page(blocks, words, owner)
        self._grams.update(_grams(words))

    def matches(self, texts: Sequence[Text]) -> dict[str, list[Match]]:
        """By page, the best match for each span, in document order."""
        hits, exact = self._stream(texts)
        copied: dict[str, list[Match]] = defaultdict(list)
        for (key, source), found in hits.items():
            runs = [run for run in _runs(self._pages[key], sorted(found)) if _is_candidate(run)]
            if runs:
                words = [word for line in texts[source].lines for word in text_words(line)]
                copied[key] += _copied(self._pages[key], runs, source, words)
        for key, index, source in exact:
            whole = tuple(self._pages[key].blocks[index].words)
            copied[key].append(Match(index, source, whole, len(whole)))
        return {key: _best(found) for key, found in copied.items() if found}

    def _stream(
        self, texts: Sequence[Text]
    ) -> tuple[dict[tuple[str, int], list[Hit]], list[tuple[str, int, int]]]:
        """Grams that texts have too, by page and text; and the blocks that they have."""
        where: dict[Gram, list[Hit]] = defaultdict(list)
        exact: list[tuple[str, int, int]] = []
        grams, lines = self._grams, self._exact
        for source, text in enumerate(texts):
            words: list[str] = []
            for line in text.lines:
                found = text_words(line)
                words += found
                for key, index in lines.get(tuple(found), ()):
                    if key != text.page:
                        exact.append((key, index, source))
            for at, gram in _common(words, grams):
                where[gram].append((source, at))
        hits: dict[tuple[str, int], list[Hit]] = defaultdict(list)
        telling = {gram: there for gram, there in where.items() if self._is_telling(gram, there)}
        for key, page in self._pages.items() if telling else ():
            for at, gram in _common(page.words, telling):
                for source, other in telling[gram]:
                    if key != texts[source].page:
                        hits[key, source].append((at, other))
        counts = Counter((key, index) for key, index, _ in exact)
        return hits, [row for row in exact if counts[row[:2]] <= MOST_PLACES]

    def _is_telling(self, gram: Gram, there: Sequence[Hit]) -> bool:
        content = sum(word not in self._plain for word in gram)
        return content >= LEAST_CONTENT and len(there) <= MOST_PLACES


def _copied(
    page: _Page, runs: Iterable[Sequence[Hit]], source: int, other: Sequence[str]
) -> Iterator[Match]:
    """The blocks of a page that another text has, by the grams that both have."""
    for run in runs:
        covered = _covered(run)
        shared = sorted(_compared(page, covered, _around(run, other)))
        is_span = _is_span(shared)
        if not is_span:  # without what is around the run
            shared = [at for at in shared if covered[0] <= at <= covered[-1]]
            is_span = _is_span(shared)
        by_block: dict[int, list[int]] = defaultdict(list)
        for at in shared:
            by_block[page.owner[at]].append(at)
        for index, places in by_block.items():
            block = page.blocks[index]
            length = len(block.words)
            part = places[-1] - places[0] + 1
            is_whole = length >= LEAST_WHOLE and len(places) >= LEAST_WHOLE_SHARE * length
            is_part = is_span and len(places) >= max(LEAST_SHARE * part, LEAST_PART)
            if (is_whole or is_part) and _has_run(places) and not block.is_lead:
                words = tuple(page.words[places[0] : places[-1] + 1])
                yield Match(index, source, words, len(places))


def _has_run(places: Sequence[int]) -> bool:
    """Whether enough of the offsets follow one another: scattered words are no copy."""
    length = 1
    for before, at in pairwise(places):
        length = length + 1 if at == before + 1 else 1
        if length >= LEAST_RUN:
            return True
    return False


def _grams(words: Sequence[str]) -> Iterator[Gram]:
    return zip(*(words[n:] for n in range(GRAM)), strict=False)


def _common(words: Sequence[str], grams: Collection[Gram]) -> Iterator[tuple[int, Gram]]:
    """The grams of a text that others have, with their offsets."""
    for at in compress(count(), map(grams.__contains__, _grams(words))):
        yield at, tuple(words[at : at + GRAM])


def _runs(page: _Page, hits: Sequence[Hit]) -> Iterator[list[Hit]]:
    """Hits, parted where too many words lie between, or another group of blocks."""
    run: list[Hit] = []
    for hit in hits:
        if run and (
            hit[0] - run[-1][0] > GAP + GRAM
            or hit[0] - run[0][0] > LONGEST_SPAN
            or _group(page, hit[0]) != _group(page, run[-1][0])
        ):
            yield run
            run = []
        run.append(hit)
    if run:
        yield run


def _covered(run: Sequence[Hit]) -> list[int]:
    """The offsets of the words in the grams of a run."""
    return sorted({at + n for at, _ in run for n in range(GRAM)})


def _is_candidate(run: Sequence[Hit]) -> bool:
    """Whether a run has enough in common with the other text to be compared with it."""
    covered = _covered(run)
    span = covered[-1] - covered[0] + 1
    return len(covered) >= max(LEAST_COVERED, LEAST_CANDIDATE * span)


def _group(page: _Page, at: int) -> str:
    return page.blocks[page.owner[at]].group


def _around(run: Sequence[Hit], other: Sequence[str]) -> Sequence[str]:
    """The words of the other text in which a run has its hits, and those around them."""
    first = min(at for _, at in run)
    last = max(at for _, at in run)
    return other[max(first - MARGIN, 0) : min(last, first + WINDOW) + MARGIN]


def _compared(page: _Page, covered: Sequence[int], other: Sequence[str]) -> set[int]:
    """The offsets of words, those of a run and around it, that the other text has.

    Sentences may stand in another order there, so what the grams found counts as well.
    """
    first = _reach(page, covered[0], -1)
    last = _reach(page, covered[-1], 1)
    matcher = SequenceMatcher(None, other, page.words[first : last + 1], autojunk=False)
    shared = set(covered)
    for block in matcher.get_matching_blocks():
        if block.size > 1:
            shared.update(range(first + block.b, first + block.b + block.size))
    return shared


def _is_span(shared: Sequence[int]) -> bool:
    span = shared[-1] - shared[0] + 1
    return span >= LEAST_SPAN and len(shared) >= LEAST_SHARE * span


def _reach(page: _Page, at: int, step: int) -> int:
    """The offset up to which words of the same block may belong to a run that ends at ``at``."""
    for _ in range(GAP):
        following = at + step
        if not 0 <= following < len(page.words) or page.owner[following] != page.owner[at]:
            break
        at = following
    return at


def _best(found: Sequence[Match]) -> list[Match]:
    """For each block the match with the most words, of equal ones that with the first text."""
    best: dict[int, Match] = {}
    for match in found:
        known = best.get(match.block)
        if not known or (match.shared, -match.source) > (known.shared, -known.source):
            best[match.block] = match
    return [best[block] for block in sorted(best)]
