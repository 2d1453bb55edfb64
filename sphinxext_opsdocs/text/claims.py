"""The claims of a sentence: rules, intent, workarounds and behaviour of the system."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from sphinxext_opsdocs.config.confidence import Confidence, is_enough
from sphinxext_opsdocs.facts.prose import (
    ACCEPTED,
    BEHAVIOUR,
    INTENT,
    KEYWORD,
    NORM,
    TROUBLE,
    WORKAROUND,
    Claim,
)
from sphinxext_opsdocs.text.language_file import Language
from sphinxext_opsdocs.text.norms import find_norm, mask_literals
from sphinxext_opsdocs.text.weights import find_features, load_weights

__all__ = ["PLAIN_BLOCK", "BlockContext", "find_claims", "read_features"]

WORKAROUNDS: tuple[tuple[str, Confidence], ...] = (
    ("workaround", "high"),
    ("likely_workaround", "medium"),
    ("possible_workaround", "low"),
)
"""Lists of expressions, surest first."""
ONE_STEP_LESS: dict[Confidence, Confidence | None] = {
    "high": "medium",
    "medium": "low",
    "low": None,
}
LONGEST_SUBJECT = 8
"""Words before a verb among which its subject is looked for."""


class BlockContext(NamedTuple):
    """What is known of a block besides its text."""

    is_fault_list: bool = False
    """It is in a section with a title of known faults."""
    is_in_deviation: bool = False
    """It is part of a deviation or workaround, where a sentence can accept a fault."""
    has_mentions: bool = False
    """It contains a link or an id, which may name an issue."""


PLAIN_BLOCK = BlockContext()
"""A block of which nothing else is known."""


def find_claims(
    before: str,
    sentence: str,
    after: str,
    language: Language,
    block: BlockContext = PLAIN_BLOCK,
) -> Iterator[Claim]:
    """Yield the claims of a sentence between its neighbours in the same block.

    Only within a deviation or workaround can a sentence accept a fault.
    """
    found = _read(sentence, block, language)
    lower, norm, workaround = found.lower, found.norm, found.workaround
    if lower.endswith("?"):
        return
    if weights := load_weights(language.weights):
        features = find_features(lower, _signs(found, block, language))
        norm = _reconsider(norm, NORM, weights.norm.confidence(features))
        # "is not yet supported" is a gap: words do not make a known fault of it
        most = workaround.confidence if workaround else "medium"
        confidence = _at_most(weights.workaround.confidence(features), most)
        workaround = _reconsider(workaround, WORKAROUND, confidence)
    if norm:
        yield norm
    if intent := _find_intent(before, lower, after, language):
        yield intent
    if block.is_in_deviation and language.pattern("accepted").search(lower):
        yield Claim(ACCEPTED)
    if workaround and not found.is_no_workaround:
        yield workaround
    if found.is_trouble:
        yield Claim(TROUBLE)
    if _is_behaviour(lower, language):
        yield Claim(BEHAVIOUR)


def read_features(sentence: str, block: BlockContext, language: Language) -> set[str]:
    """Return what the weights of a language are applied to."""
    found = _read(sentence, block, language)
    return find_features(found.lower, _signs(found, block, language))


class _Found(NamedTuple):
    """What the expressions say of a sentence, before anything is weighed."""

    lower: str
    """The sentence with masked literals, in lower case."""
    norm: Claim | None
    workaround: Claim | None
    is_no_workaround: bool
    """It is neither a workaround nor a fault, whatever else it contains."""
    is_trouble: bool
    """It tells of a fault, if its block links an issue."""


def _read(sentence: str, block: BlockContext, language: Language) -> _Found:
    text = mask_literals(sentence)
    lower = text.lower()
    norm = find_norm(text, language)
    if language.pattern("no_workaround").search(lower):
        return _Found(lower, norm, None, is_no_workaround=True, is_trouble=False)
    is_trouble = (
        block.has_mentions
        and language.pattern("beside_issue").search(lower) is not None
        and language.pattern("not_beside_issue").search(lower) is None
    )
    workaround = _find_workaround(lower, language)
    return _Found(lower, norm, workaround, is_no_workaround=False, is_trouble=is_trouble)


def _signs(found: _Found, block: BlockContext, language: Language) -> Iterator[str]:
    """Yield what the expressions say of a sentence, and its block."""
    for claim in filter(None, (found.norm, found.workaround)):
        yield f"{claim.kind}:{claim.confidence}"
    if language.pattern("exempt").search(found.lower):
        yield "exempt"
    if found.is_no_workaround:
        yield "no workaround"
    if block.has_mentions:
        yield "mentions"
    if found.is_trouble:
        yield "trouble"


def _at_most(confidence: Confidence | None, most: Confidence) -> Confidence | None:
    return most if confidence and is_enough(confidence, most) else confidence


def _reconsider(claim: Claim | None, kind: str, confidence: Confidence | None) -> Claim | None:
    """Return a claim with the confidence that the weights give it; None if they give none.

    They take at most one step from what the expressions say, and nothing from a keyword.
    """
    if claim is None:
        return Claim(kind, confidence) if confidence else None
    if claim.kind == KEYWORD or claim.confidence == confidence:
        return claim
    least = ONE_STEP_LESS[claim.confidence]
    if least and not (confidence and is_enough(confidence, least)):
        confidence = least
    return Claim(claim.kind, confidence) if confidence else None


def _find_intent(before: str, lower: str, after: str, language: Language) -> Claim | None:
    """Return the claim of a sentence that something is meant to be so; None without one."""
    is_strong = bool(language.pattern("intent").search(lower))
    if not (is_strong or language.pattern("weak_intent").search(lower)):
        return None
    if language.pattern("no_intent").search(lower):
        return None
    trouble = language.pattern("trouble")
    if trouble.search(lower):
        return Claim(INTENT)
    if not is_strong:
        has_trouble = bool(trouble.search(mask_literals(before).lower()))
        return Claim(INTENT, "high" if has_trouble else "low")
    # "by design, so that ..." explains a design decision and may excuse no fault
    text = f"{lower} {mask_literals(after).lower()}"
    has_reason = bool(language.pattern("reasons").search(text))
    return Claim(INTENT, "medium" if has_reason else "high")


def _find_workaround(lower: str, language: Language) -> Claim | None:
    for name, confidence in WORKAROUNDS:
        if language.pattern(name).search(lower):
            return Claim(WORKAROUND, confidence)
    return None


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
