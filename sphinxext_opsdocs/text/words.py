"""The words of a text without its markup, and the comparison of a quotation with a text."""

import re
from collections.abc import Sequence

__all__ = ["has_quote", "quote_words", "split_words"]

WORD = re.compile(r"[^\W_]+(?:[-'’._/:][^\W_]+)*")
OMISSION = re.compile(r"\[?(?:\.\.\.|…)\]?")
TARGET = re.compile(r"<[^<>\s]{1,300}>")
"""A link target in normalised text."""


def split_words(text: str) -> list[str]:
    """Return the words of a text in lower case, without marks and link targets."""
    plain = TARGET.sub(" ", text) if "<" in text else text
    return WORD.findall(plain.lower())


def quote_words(text: str, words: Sequence[str]) -> str:
    """Return the part of a text that has these words, as written; empty without one."""
    blanked = TARGET.sub(lambda match: " " * len(match.group()), text)
    found = list(WORD.finditer(blanked))
    wanted, typed = list(words), [match.group().lower() for match in found]
    for start in range(len(typed) - len(wanted) + 1):
        if typed[start : start + len(wanted)] == wanted:
            return text[found[start].start() : found[start + len(wanted) - 1].end()]
    return ""


def has_quote(quote: str, text: str) -> bool:
    """Return whether a text contains the words of a quotation in order and without gaps.

    Dots in the quotation stand for any words. A quotation of dots alone is never in a text.
    """
    # spaces around both keep a match from starting or ending within a word
    words_of_text = f" {' '.join(split_words(text))} "
    position = 0
    parts = [part for part in map(split_words, OMISSION.split(quote)) if part]
    for part in parts:
        words = f" {' '.join(part)} "
        position = words_of_text.find(words, position)
        if position < 0:
            return False
        position += len(words) - 1
    return bool(parts)
