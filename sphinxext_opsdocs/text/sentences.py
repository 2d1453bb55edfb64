"""The sentences of running text, in one pass."""

import re
from collections.abc import Collection, Iterator

__all__ = ["Sentence", "split_sentences"]

# the possessive quantifiers never give characters back, so the time stays linear
BREAK = re.compile(r"`[^`]*`|(?<![.!?])[.!?]++[\"'”’»)\]]*+(?=\s|$)")
"""Inline code, or marks that may end a sentence."""
LAST_WORD = re.compile(r"[\w.’'-]+$")
LONGEST_WORD = 24
"""Characters before a full stop among which an abbreviation is looked for."""

Sentence = tuple[int, int]
"""Offsets of its first character and of its end."""


def split_sentences(text: str, abbreviations: Collection[str]) -> Iterator[Sentence]:
    """Yield the sentences of one block of text, in order.

    ``abbreviations`` are in lower case, without their last full stop. A mark within inline code
    (between backticks) does not end a sentence.
    """
    start = _skip_space(text, 0)
    for match in BREAK.finditer(text):
        if match.group()[0] == "`":
            continue
        end = match.end()
        following = _skip_space(text, end)
        if following < len(text) and not _is_end(
            text, start, match.start(), following, abbreviations
        ):
            continue
        if end > start:
            yield start, end
        start = following
    end = len(text.rstrip()) if start < len(text) else 0
    if end > start:
        yield start, end


def _is_end(
    text: str, start: int, stop: int, following: int, abbreviations: Collection[str]
) -> bool:
    """Return whether the mark at ``stop`` ends the sentence that started at ``start``."""
    if text[following].islower():
        return False
    if text[stop] != ".":
        return True
    match = LAST_WORD.search(text, max(start, stop - LONGEST_WORD), stop)
    if not match:
        return True
    word = match.group()
    is_initial = len(word) == 1 and word.isupper()
    if is_initial or word.lower() in abbreviations:
        return False
    # "2. Restart it.": the number of an item that no list markup has taken
    is_item_number = word.isdigit() and match.start() == start
    return not is_item_number


def _skip_space(text: str, offset: int) -> int:
    """Return the offset of the first character from there on that is not white space."""
    while offset < len(text) and text[offset].isspace():
        offset += 1
    return offset
