"""A few numbers for a text, by which copies of it are found without the text.

A passage is known by the digests of a few of its word 5-grams, a longer text by those of all of
them: a passage is copied from a text that has most of its digests. Which ones stand for a
passage depends on their words alone, as in A. Broder, "On the resemblance and containment of
documents" (1997), section 2.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable

from sphinxext_opsdocs.text.words import split_words

__all__ = ["LEAST_WORDS", "SKETCH_SIZE", "sketch_passage", "sketch_text"]

SKETCH_SIZE = 5
"""Largest number of digests of a passage."""
LEAST_WORDS = 8
"""Words of a passage that is compared: a shorter one may say the same by chance."""
GRAM = 5
"""Words in a row that make up a digest."""
MOST_WORDS = 1 << 18
"""Words whose numbers are kept."""
HIGHEST_ANCHOR = 2**32 * 3 // 5
"""The number of a word at which a digest may begin: the others begin none, in either text."""
LEAST_LETTERS = 4
"""Of such a word: phrases of short ones are in every text."""
NO_ANCHOR = 2**32
MASK = 0x7FFFFFFF
"""Digests have 31 bits: every engine has a signed number of 32."""


def sketch_passage(text: str) -> tuple[int, ...]:
    """Return the digests of a passage, sorted; empty for a short one."""
    words = split_words(text)
    if len(words) < LEAST_WORDS:
        return ()
    numbers = [NUMBERS[word] for word in words]
    # where the words with the smallest numbers are: a copy has them too, wherever it begins
    starts = range(len(numbers) - GRAM + 1)
    anchors = [start for start in starts if numbers[start] < HIGHEST_ANCHOR]
    places = sorted(anchors, key=numbers.__getitem__)[:SKETCH_SIZE]
    return tuple(sorted({_digest(*numbers[place : place + GRAM]) for place in places}))


def sketch_text(lines: Iterable[str]) -> list[int]:
    """Return the digests of the 5-grams of a text, given in lines, sorted."""
    numbers = [NUMBERS[word] for line in lines for word in split_words(line)]
    shifted = (numbers[offset:] for offset in range(GRAM))
    grams = zip(*shifted, strict=False)
    return sorted({_digest(*gram) for gram in grams if gram[0] < HIGHEST_ANCHOR})


def _digest(one: int, two: int, three: int, four: int, five: int) -> int:
    # the factors make the order of the words count
    return (one * 3 + two * 5 + three * 7 + four * 11 + five * 13) * 2654435761 >> 7 & MASK


class _Numbers(dict[str, int]):
    """A number for each word; those of a vocabulary, which is small, are computed once."""

    def __missing__(self, word: str) -> int:
        number = zlib.crc32(word.encode("utf-8", "surrogatepass"))
        if len(word) < LEAST_LETTERS:
            number += NO_ANCHOR
        if len(self) < MOST_WORDS:
            self[word] = number
        return number


NUMBERS = _Numbers()
