"""The words of a text, whatever its marks, and whether a text has those of a quotation."""

import re

__all__ = ["has_quote", "text_words"]

WORD = re.compile(r"[^\W_]+(?:[-'’._/:][^\W_]+)*")
OMISSION = re.compile(r"\[?(?:\.\.\.|…)\]?")
TARGET = re.compile(r"<[^<>\s]{1,300}>")


def text_words(text: str) -> list[str]:
    """The words of a text in lower case, without marks and link targets."""
    plain = TARGET.sub(" ", text) if "<" in text else text
    return WORD.findall(plain.lower())


def has_quote(quote: str, text: str) -> bool:
    """Whether a text has the words of a quotation in a row, less what its dots leave out.

    Nothing but dots quotes nothing.
    """
    there = f" {' '.join(text_words(text))} "
    at = 0
    parts = [part for part in map(text_words, OMISSION.split(quote)) if part]
    for part in parts:
        words = f" {' '.join(part)} "
        at = there.find(words, at)
        if at < 0:
            return False
        at += len(words) - 1
    return bool(parts)
