"""The sentences of one block of text with their claims, and the lines that they start on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from sphinxext_opsdocs.facts.prose import INTENT, KEYWORD, NORM, TROUBLE, WORKAROUND, Claim
from sphinxext_opsdocs.text.claims import PLAIN_BLOCK, BlockContext, find_claims
from sphinxext_opsdocs.text.language_file import Language
from sphinxext_opsdocs.text.sentences import split_sentences

__all__ = ["BlockContext", "JudgedSentence", "judge_sentences"]

CONTEXT = 600
"""Characters of a block before and after a sentence that are read with it."""
NORMS = (KEYWORD, NORM)
LEAST_SPACES = 5
"""Spaces in a whole sentence; a shorter text in a list of faults is a label."""


class JudgedSentence(NamedTuple):
    """A sentence, its claims (often none), and its line counted from 0 within the block."""

    text: str
    claims: tuple[Claim, ...]
    line: int

    @property
    def needs_issue(self) -> bool:
        """Whether a rule asks if an issue is mentioned in the same block."""
        return any(claim.kind in (INTENT, TROUBLE) for claim in self.claims)


def judge_sentences(
    text: str,
    language: Language,
    attributed: Sequence[int] = (),
    block: BlockContext = PLAIN_BLOCK,
) -> Iterator[JudgedSentence]:
    """Yield the sentences of a block, also those without a claim, in order.

    ``attributed`` are offsets of links to the source of a statement: a sentence with one states
    no rule of its own. In a list of faults the first sentence of a block describes one.
    """
    line = counted_to = 0
    for start, end in split_sentences(text, language.words("abbreviations")):
        sentence = " ".join(text[start:end].split())
        before, after = text[max(start - CONTEXT, 0) : start], text[end : end + CONTEXT]
        claims = _find_claims(before, sentence, after, language, block)
        # "see ...", "as defined in ...": the source states the rule, and the sentence repeats it
        if attributed and any(start <= offset < end for offset in attributed):
            claims = tuple(claim for claim in claims if claim.kind not in NORMS)
        if block.is_fault_list and not before.strip():
            claims = _add_fault(claims, sentence)
        # counted from sentence to sentence, so that the time for a long block stays linear
        line += text.count("\n", counted_to, start)
        counted_to = start
        yield JudgedSentence(sentence, claims, line)


def _find_claims(
    before: str, sentence: str, after: str, language: Language, block: BlockContext
) -> tuple[Claim, ...]:
    if language.is_shipped:
        return _cached_claims(before, sentence, after, language, block)
    # each page has to learn of a sentence that takes too long
    return tuple(find_claims(before, sentence, after, language, block))


@lru_cache(maxsize=4096)
def _cached_claims(
    before: str, sentence: str, after: str, language: Language, block: BlockContext
) -> tuple[Claim, ...]:
    """Return the claims from a cache: tables repeat their sentences on many pages."""
    return tuple(find_claims(before, sentence, after, language, block))


def _add_fault(claims: tuple[Claim, ...], sentence: str) -> tuple[Claim, ...]:
    """Return the claims with that of a fault, if the text is a whole sentence."""
    is_whole = sentence.endswith(".") and sentence.count(" ") >= LEAST_SPACES
    if not is_whole or any(claim.kind == WORKAROUND for claim in claims):
        return claims
    return (*claims, Claim(WORKAROUND, "medium"))
