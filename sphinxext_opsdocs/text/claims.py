"""The claims of a sentence: rules, intent, workarounds and behaviour of the system."""

from __future__ import annotations

from collections.abc import Iterator

from sphinxext_opsdocs.facts.prose import ACCEPTED, BEHAVIOUR, INTENT, WORKAROUND
from sphinxext_opsdocs.text.language_file import Language
from sphinxext_opsdocs.text.norms import find_norm, mask_literals

__all__ = ["find_claims"]

LONGEST_SUBJECT = 8
"""Words before a verb among which its subject is looked for."""


def find_claims(
    before: str, sentence: str, after: str, language: Language, is_in_deviation: bool = True
) -> Iterator[str]:
    """Yield the claims of a sentence between its neighbours in the same block.

    Only within a deviation or workaround can a sentence accept a fault.
    """
    text = mask_literals(sentence)
    if norm := find_norm(text, language):
        yield norm
    lower = text.lower()
    if lower.endswith("?"):
        return
    if _is_intent(before, lower, after, language):
        yield INTENT
    if is_in_deviation and language.pattern("accepted").search(lower):
        yield ACCEPTED
    has_workaround = language.pattern("workaround").search(lower)
    if has_workaround and not language.pattern("no_workaround").search(lower):
        yield WORKAROUND
    if _is_behaviour(lower, language):
        yield BEHAVIOUR


def _is_intent(before: str, lower: str, after: str, language: Language) -> bool:
    """Return whether a sentence declares that something is meant to be so."""
    is_strong = bool(language.pattern("intent").search(lower))
    is_weak = not is_strong and bool(language.pattern("weak_intent").search(lower))
    if not (is_strong or is_weak) or language.pattern("no_intent").search(lower):
        return False
    trouble = language.pattern("trouble")
    if trouble.search(lower):
        return True
    if is_weak:
        return bool(trouble.search(mask_literals(before).lower()))
    # "by design, so that ..." explains a design decision and excuses no fault
    text = f"{lower} {mask_literals(after).lower()}"
    return not language.pattern("reasons").search(text)


def _is_behaviour(lower: str, language: Language) -> bool:
    """Return whether a finite verb of behaviour has a subject other than the reader."""
    if not lower.endswith("."):  # a title, term or cell
        return False
    verb = language.pattern("behaviour").search(lower)
    if not verb or language.pattern("no_behaviour").search(lower):
        return False
    subject = lower[: verb.start()].replace(",", " , ").split()[-LONGEST_SUBJECT:]
    if not subject or subject[0] in language.grammar.infinitive_marks:
        return False
    is_about_reader = not language.words("addressed").isdisjoint(subject)
    is_condition = not language.words("conditions").isdisjoint(subject)
    return not (is_about_reader or is_condition or subject[-1] in language.words("relatives"))
