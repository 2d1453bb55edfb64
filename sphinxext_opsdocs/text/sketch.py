"""A few numbers for a text, by which copies of it are found without the text.

A passage is known by the smallest digests of its word 4-grams, a longer text by those of all of
them: a passage is copied from a text that has about as many of its digests as it has itself. As in
A. Broder, "On the resemblance and containment of documents" (1997), section 2.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from heapq import nsmallest

from sphinxext_opsdocs.text.words import split_words

__all__ = ["LEAST_WORDS", "SKETCH_SIZE", "sketch_passage", "sketch_text"]

SKETCH_SIZE = 8
"""Largest number of digests of a passage."""
LEAST_WORDS = 8
"""Words of a passage that is compared: a shorter one may say the same by chance."""
MASK = 0x7FFFFFFF
"""Digests have 31 bits: every engine has a signed number of 32."""


def sketch_passage(text: str) -> tuple[int, ...]:
    """Return the digests of a passage, sorted; empty for a short one."""
    words = split_words(text)
    if len(words) < LEAST_WORDS:
        return ()
    return tuple(nsmallest(SKETCH_SIZE, set(_digests(words))))


def sketch_text(lines: Iterable[str]) -> list[int]:
    """Return the digests of all 4-grams of the lines of a text, sorted."""
    words = [word for line in lines for word in split_words(line)]
    return sorted(set(_digests(words)))


def _digests(words: Sequence[str]) -> Iterator[int]:
    numbers = list(map(_number, words))
    # the factors make the order of the words count
    return (
        (one * 3 + two * 5 + three * 7 + four * 11) * 2654435761 >> 7 & MASK
        for one, two, three, four in zip(
            numbers, numbers[1:], numbers[2:], numbers[3:], strict=False
        )
    )


@lru_cache(maxsize=1 << 16)
def _number(word: str) -> int:
    return zlib.crc32(word.encode("utf-8", "surrogatepass"))
