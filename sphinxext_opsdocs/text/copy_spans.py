"""The comparison of a page with another text, from word 4-grams that both contain to matches.

Runs of such grams are candidates; each is compared word by word, as far as a span of it is a copy.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import islice, pairwise
from typing import NamedTuple

__all__ = ["GRAM", "Block", "Hit", "Match", "Page", "find_runs", "match_runs"]

GRAM = 4
LONGEST_SPAN = 1500
"""Words after which a span is split, which limits the time to compare it."""
GAP = 14
"""Words of a span that may be edited in a row."""
LEAST_SPAN = 17
"""Words from the first to the last word that a span shares with the other text."""
LEAST_SHARE = 0.68
"""Share of a span, and of each block in it, that the other text contains."""
LEAST_RUN = 6
"""Words of a block in a row that the other text contains without an exception."""
LEAST_PART = 8
"""Words that a block of a span shares with the other text."""
LEAST_WHOLE, LEAST_WHOLE_SHARE = 11, 0.85
"""Words of a block outside of a span, and the share of them that the other text contains."""
LEAST_ITEMS = 2
"""Items of a list that are copied with its lead-in."""
LEAST_CONTENT, LEAST_CONTENT_SHARE = 10, 0.7
"""Different words with content of a block that is rephrased, and the share of them that the other
text contains nearby."""
STEM = 6
"""Letters that forms of a word have in common: "rejects" and "rejected"."""
NEARBY = 30
"""Words before and after the grams of a run, among which those of a rephrased block are."""
LEAST_CANDIDATE = 0.3
"""``LEAST_SHARE`` by grams alone: an edited word spoils four of them."""
LEAST_COVERED = 6
"""Words in grams of both texts before these are compared word by word."""
WINDOW, MARGIN = 2000, 40
"""Words of a specification that a run is compared with, and those before and after them."""

Hit = tuple[int, int]
"""Offset of a gram in the words of a page (or index of a text), and in the other text."""


class Block(NamedTuple):
    """A block of an operational page."""

    words: Sequence[str]
    is_exact: bool
    """A list item or table row, which may be short if the other text has the same one."""
    is_lead: bool
    """It only introduces the next block, such as a sentence before a list."""
    group: str
    """A span never continues into another group of blocks."""


class Match(NamedTuple):
    """Words of one block that another text contains too."""

    block: int
    """Its index on its page."""
    source: int
    """Index of the other text."""
    words: tuple[str, ...]
    shared: int
    """Number of the words that the other text contains."""
    is_rephrased: bool = False
    """Only its words of content are the same, in another order."""


class Page(NamedTuple):
    """The words of an operational page."""

    blocks: Sequence[Block]
    words: list[str]
    owner: list[int]
    """Index of the block of each word."""


def find_runs(page: Page, hits: Iterable[Hit]) -> list[list[Hit]]:
    """Return the runs of hits that may be a copy, or rephrase the other text."""
    return list(_split_runs(page, sorted(hits)))


def match_runs(
    page: Page,
    runs: Iterable[Sequence[Hit]],
    source: int,
    other: Sequence[str],
    plain: Collection[str],
) -> Iterator[Match]:
    """Yield the blocks of a page that are a copy, from the runs of grams in both texts.

    ``plain`` are words without content of their own.
    """
    for run in runs:
        matched = list(_match_run(page, run, source, other))
        yield from matched
        if not matched:
            yield from _match_rephrased(page, run, source, other, plain)


def _match_run(
    page: Page, run: Sequence[Hit], source: int, other: Sequence[str]
) -> Iterator[Match]:
    """Yield the blocks of a run that are a copy, word by word."""
    if _is_candidate(run):
        shared, is_span = _shared_words(page, run, other)
        by_block: dict[int, list[int]] = defaultdict(list)
        for offset in shared:
            by_block[page.owner[offset]].append(offset)
        for index, offsets in by_block.items():
            if _is_copy(page.blocks[index], offsets, is_span, _has_list(page, index, by_block)):
                words = tuple(page.words[offsets[0] : offsets[-1] + 1])
                yield Match(index, source, words, len(offsets))


def _match_rephrased(
    page: Page, run: Sequence[Hit], source: int, other: Sequence[str], plain: Collection[str]
) -> Iterator[Match]:
    """Yield the blocks of a run whose words with content the other text contains nearby."""
    first = min(offset for _, offset in run)
    last = max(offset for _, offset in run)
    around = other[max(first - NEARBY, 0) : min(last, first + WINDOW) + NEARBY]
    nearby = {word[:STEM] for word in around}
    for index in sorted({page.owner[offset] for offset, _ in run}):
        block = page.blocks[index]
        if block.is_lead:
            continue
        content = {word[:STEM] for word in set(block.words).difference(plain)}
        shared = content & nearby
        if len(content) >= LEAST_CONTENT and len(shared) >= LEAST_CONTENT_SHARE * len(content):
            yield Match(index, source, tuple(block.words), len(shared), is_rephrased=True)


def _shared_words(
    page: Page, run: Sequence[Hit], other: Sequence[str]
) -> tuple[Sequence[int], bool]:
    """Return the offsets of the words that the other text contains, and whether they are a span."""
    covered = _covered_words(run)
    shared = sorted(_compare_words(page, covered, _words_around(run, other)))
    if _is_span(shared):
        return shared, True
    # chance matches around the run may have thinned the span out
    shared = [offset for offset in shared if covered[0] <= offset <= covered[-1]]
    return shared, _is_span(shared)


def _has_list(page: Page, lead: int, shared: Mapping[int, Sequence[int]]) -> bool:
    """Return whether the items right after a block are mostly shared, two of them at least."""
    items = 0
    for block in islice(page.blocks, lead + 1, None):
        if not block.is_exact:
            break
        items += 1
    whole = sum(
        len(shared.get(lead + number, ())) >= len(page.blocks[lead + number].words) / 2
        for number in range(1, items + 1)
    )
    return whole >= LEAST_ITEMS and whole >= LEAST_SHARE * items


def _is_copy(block: Block, shared: Sequence[int], is_span: bool, has_list: bool) -> bool:
    """Return whether a block is a copy, from the offsets of the words that it shares.

    ``has_list``: the other text also contains most of the list that the block introduces.
    """
    length = len(block.words)
    if block.is_lead:
        # it is copied with its list, whose items may be short; alone it is a common phrase
        return is_span and has_list and len(shared) >= LEAST_SHARE * length
    part = shared[-1] - shared[0] + 1
    is_whole = length >= LEAST_WHOLE and len(shared) >= LEAST_WHOLE_SHARE * length
    is_part = is_span and len(shared) >= max(LEAST_SHARE * part, LEAST_PART)
    return (is_whole or is_part) and _has_run(shared)


def _has_run(offsets: Sequence[int]) -> bool:
    """Return whether enough of the offsets are consecutive; scattered words are not a copy."""
    length = 1
    for previous, offset in pairwise(offsets):
        length = length + 1 if offset == previous + 1 else 1
        if length >= LEAST_RUN:
            return True
    return False


def _split_runs(page: Page, hits: Sequence[Hit]) -> Iterator[list[Hit]]:
    """Yield hits in runs, split at long gaps and where another group of blocks starts."""
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


def _covered_words(run: Sequence[Hit]) -> list[int]:
    """Return the offsets of the words in the grams of a run."""
    return sorted({offset + n for offset, _ in run for n in range(GRAM)})


def _is_candidate(run: Sequence[Hit]) -> bool:
    """Return whether a run shares enough with the other text for a comparison of words."""
    covered = _covered_words(run)
    span = covered[-1] - covered[0] + 1
    return len(covered) >= max(LEAST_COVERED, LEAST_CANDIDATE * span)


def _group(page: Page, offset: int) -> str:
    return page.blocks[page.owner[offset]].group


def _words_around(run: Sequence[Hit], other: Sequence[str]) -> Sequence[str]:
    """Return the words of the other text from the first to the last hit, with a margin."""
    first = min(offset for _, offset in run)
    last = max(offset for _, offset in run)
    return other[max(first - MARGIN, 0) : min(last, first + WINDOW) + MARGIN]


def _compare_words(page: Page, covered: Sequence[int], other: Sequence[str]) -> set[int]:
    """Return the offsets of the words of a run, and around it, that the other text contains."""
    first = _reach(page, covered[0], -1)
    last = _reach(page, covered[-1], 1)
    # autojunk would drop frequent words: https://docs.python.org/3/library/difflib.html
    matcher = SequenceMatcher(None, other, page.words[first : last + 1], autojunk=False)
    # difflib aligns both texts in order; words in grams of a reordered sentence count as well
    shared = set(covered)
    for block in matcher.get_matching_blocks():
        if block.size > 1:
            shared.update(range(first + block.b, first + block.b + block.size))
    return shared


def _is_span(shared: Sequence[int]) -> bool:
    span = shared[-1] - shared[0] + 1
    return span >= LEAST_SPAN and len(shared) >= LEAST_SHARE * span


def _reach(page: Page, offset: int, step: int) -> int:
    """Return the offset of the last word of the block that may belong to a run ending here."""
    for _ in range(GAP):
        following = offset + step
        if not 0 <= following < len(page.words) or page.owner[following] != page.owner[offset]:
            break
        offset = following
    return offset
