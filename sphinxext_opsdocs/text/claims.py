"""What a sentence claims: a rule, an intent, a workaround, a behaviour of the system."""

from __future__ import annotations

from collections.abc import Iterator

from sphinxext_opsdocs.facts.model import ACCEPTED, BEHAVIOUR, INTENT, WORKAROUND
from sphinxext_opsdocs.text.language import Language
from sphinxext_opsdocs.text.norms import norm_of, plain

__all__ = ["claims_of"]


def claims_of(
    before: str, sentence: str, after: str, language: Language, is_inside: bool = True
) -> Iterator[str]:
    """The claims of a sentence between its neighbours in the same block, norms among them.

    Only one that is inside of a deviation or workaround can put up with it.
    """
    text = plain(sentence)
    if norm := norm_of(text, language):
        yield norm
    lower = text.lower()
    if lower.endswith("?"):
        return
    if _is_intent(before, lower, after, language):
        yield INTENT
    if is_inside and language.pattern("accepted").search(lower):
        yield ACCEPTED
    tells_fault = language.pattern("workaround").search(lower)
    if tells_fault and not language.pattern("no_workaround").search(lower):
        yield WORKAROUND
    if _is_behaviour(lower, language):
        yield BEHAVIOUR


def _is_intent(before: str, lower: str, after: str, language: Language) -> bool:
    """Whether a sentence says that something is meant to be so.

    A design decision that gives its reason is none, unless it tells of a fault; weaker words are
    one only where a fault is told of.
    """
    is_strong = bool(language.pattern("intent").search(lower))
    is_weak = not is_strong and bool(language.pattern("weak_intent").search(lower))
    if not (is_strong or is_weak) or language.pattern("no_intent").search(lower):
        return False
    trouble = language.pattern("trouble")
    if is_weak:
        return bool(trouble.search(lower) or trouble.search(plain(before).lower()))
    reasons = f"{lower} {plain(after).lower()}"
    return bool(trouble.search(lower)) or not language.pattern("reasons").search(reasons)


def _is_behaviour(lower: str, language: Language) -> bool:
    """Whether a finite verb of behaviour has a subject before it that is not the reader."""
    if not lower.endswith("."):
        return False
    found = language.pattern("behaviour").search(lower)
    if not found or language.pattern("no_behaviour").search(lower):
        return False
    before = lower[: found.start()].replace(",", " , ").split()
    subject = before[-8:]
    return bool(subject) and not (
        language.words("addressed").intersection(subject)
        or language.words("conditions").intersection(subject)
        or language.words("relatives").intersection(subject[-1:])
        or subject[0] == "to"
    )
