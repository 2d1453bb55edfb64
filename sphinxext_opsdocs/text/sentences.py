"""Running text to sentences, in one pass over it."""

import re
from collections.abc import Collection, Iterator

__all__ = ["Sentence", "sentences"]

BREAK = re.compile(r"`[^`]*`|(?<![.!?])[.!?]++[\"'”’»)\]]*+(?=\s|$)")
"""Inline code, which is passed over, or what may end a sentence. Looks at no character twice."""
LAST_WORD = re.compile(r"[\w.’'-]+$")
LONGEST_WORD = 24
"""Characters before a full stop that are looked at for an abbreviation."""

Sentence = tuple[int, int]
"""Offsets of its first character and behind its last."""


def sentences(text: str, abbreviations: Collection[str]) -> Iterator[Sentence]:
    """The sentences of one block of text, in order.

    ``abbreviations`` are in lower case, without their last full stop. Inline code stands between
    backticks, and what is in it ends nothing.
    """
    start = _skip_space(text, 0)
    for found in BREAK.finditer(text):
        if found.group()[0] == "`":
            continue
        end = found.end()
        following = _skip_space(text, end)
        if following < len(text) and not _ends(
            text, start, found.start(), following, abbreviations
        ):
            continue
        if end > start:
            yield start, end
        start = following
    end = len(text.rstrip()) if start < len(text) else 0
    if end > start:
        yield start, end


def _ends(text: str, start: int, stop: int, following: int, abbreviations: Collection[str]) -> bool:
    """Whether the mark at ``stop`` ends the sentence that began at ``start``."""
    first = text[following]
    if first.islower():
        return False
    if text[stop] != ".":
        return True
    found = LAST_WORD.search(text, max(start, stop - LONGEST_WORD), stop)
    word = found.group() if found else ""
    if word.lower() in abbreviations:
        return False
    if len(word) == 1 and word.isupper():  # an initial
        return False
    # a number at the start counts an item
    return not (word.isdigit() and found is not None and found.start() == start)


def _skip_space(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at
