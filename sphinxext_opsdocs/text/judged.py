"""The sentences of one block of text that claim something, with the lines that they start on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from sphinxext_opsdocs.facts.model import KEYWORD, NORM, WORKAROUND
from sphinxext_opsdocs.text.claims import claims_of
from sphinxext_opsdocs.text.language import Language
from sphinxext_opsdocs.text.sentences import sentences

__all__ = ["Judged", "judged_sentences"]

CONTEXT = 600
"""Characters of a block before and behind a sentence that tell what it is about."""
NORMS = (KEYWORD, NORM)
LEAST_SPACES = 5
"""In a sentence that tells a fault because of the title above it."""


class Judged(NamedTuple):
    """A sentence, its claims (at least one), and its line counted from 0 within the block."""

    text: str
    claims: tuple[str, ...]
    line: int


def judged_sentences(
    text: str,
    language: Language,
    attributed: Sequence[int] = (),
    tells_faults: bool = False,
    is_inside: bool = True,
) -> Iterator[Judged]:
    """The sentences of a block that claim something, in order.

    ``attributed`` are offsets of links to the source of what is said: a sentence with one lays
    down no rule of its own. Where the title above ``tells_faults``, the first sentence tells one.
    ``is_inside`` of a deviation or workaround, a sentence can put up with it.
    """
    line = counted = 0
    for start, end in sentences(text, language.words("abbreviations")):
        sentence = " ".join(text[start:end].split())
        before, after = text[max(start - CONTEXT, 0) : start], text[end : end + CONTEXT]
        claims = _claims(before, sentence, after, language, is_inside)
        if any(start <= at < end for at in attributed):
            claims = tuple(claim for claim in claims if claim not in NORMS)
        is_fault = tells_faults and not before.strip() and _is_whole(sentence)
        if is_fault and WORKAROUND not in claims:
            claims = (*claims, WORKAROUND)
        if claims:
            line += text.count("\n", counted, start)
            counted = start
            yield Judged(sentence, claims, line)


@lru_cache(maxsize=4096)
def _claims(
    before: str, sentence: str, after: str, language: Language, is_inside: bool
) -> tuple[str, ...]:
    """Remembered: tables say the same on many pages."""
    return tuple(claims_of(before, sentence, after, language, is_inside))


def _is_whole(sentence: str) -> bool:
    return sentence.endswith(".") and sentence.count(" ") >= LEAST_SPACES
