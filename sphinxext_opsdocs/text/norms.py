"""Whether a sentence lays down a rule: judged by its subject and its voice, not by its modal."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from sphinxext_opsdocs.facts.model import KEYWORD, NORM
from sphinxext_opsdocs.text.language import Language

__all__ = ["norm_of", "plain"]

TIME, GOAL = "time", "goal"

OPAQUE = re.compile(r"`[^`]*`|[“\"][^“”\"]{1,200}[”\"]")
"""Inline code and quotations: what is said there is not said by the sentence."""
WORDS = re.compile(r"`|\w+(?:['’-]\w+)*|[^\w\s]")
PUNCTUATION = frozenset(",;:()[]—–-")
EMPHASIS = frozenset("*_")
BEFORE, AFTER = 40, 12
"""Words around a modal that are looked at for its subject and its verb."""
ELISION = frozenset(":|")
"""Marks behind which a modal has its subject before them."""
GENERAL_WITHIN = 3
"""A determiner makes a subject general when it is among its first words."""


def plain(sentence: str) -> str:
    """The sentence with every code and quotation as one backtick."""
    return OPAQUE.sub("`", sentence)


def norm_of(text: str, language: Language) -> str:
    """``KEYWORD``, ``NORM``, or an empty string where the sentence lays down no rule.

    ``text`` is a plain sentence.
    """
    lower = text.lower()
    if text.endswith("?"):
        return ""
    found = _norm_of_modal(text, lower, language)
    if not found and _has_ruling_phrase(lower, language):
        found = NORM
    return "" if found and language.pattern("exempt").search(lower) else found


def _norm_of_modal(text: str, lower: str, language: Language) -> str:
    if not language.pattern("normative").search(lower):
        return ""
    original = WORDS.findall(text)
    words = [word.lower() for word in original]
    keywords, modals = language.words("keywords"), language.words("modals")
    step = _step(lower, language)
    found = ""
    for at, word in enumerate(words):
        is_keyword = original[at] in keywords and not _is_shouted(original, at, language)
        if not is_keyword and word not in modals:
            continue
        clause = _clause(words, at, language)
        has_subject = clause.is_elided or _has_ruled_subject(clause, language)
        if has_subject and _is_rule(clause, language, step, is_keyword):
            if is_keyword:
                return KEYWORD
            found = NORM
    return found


class _Clause(NamedTuple):
    """What a modal stands in: the subject before it, and what comes behind it."""

    subject: Sequence[str]
    opener: str
    """The conjunction or pronoun that makes it a subordinate clause; empty for a main clause."""
    rest: Sequence[str]
    is_strict: bool = False
    is_elided: bool = False
    """The subject is left away: what a title, term or row is about."""


def _is_shouted(words: Sequence[str], at: int, language: Language) -> bool:
    """Whether an ordinary word beside it is in capitals too; an acronym is no ordinary word."""
    negations = language.words("negations")
    ordinary = (language.words("function") | language.words("addressed")) - negations
    beside = [*words[max(at - 1, 0) : at], *words[at + 1 : at + 2]]
    shouted = {word.lower() for word in beside if len(word) > 2 and word.isupper()} - negations
    return len(shouted) == len(beside) > 1 or not ordinary.isdisjoint(shouted)


def _step(lower: str, language: Language) -> str:
    """Whether the sentence tells a step: by ``time`` or manner, by its ``goal``, or (empty) not."""
    if language.pattern("lead_ins").match(lower) or language.pattern("steps").search(lower):
        return TIME
    return GOAL if language.pattern("goals").match(lower) else ""


def _has_ruling_phrase(lower: str, language: Language) -> bool:
    found = language.pattern("phrases").search(lower)
    if not found or lower.endswith(":"):
        return False
    before = WORDS.findall(lower[: found.start()])
    if not language.words("addressed").isdisjoint(before):
        return False
    return _has_ruled_subject(_clause([*before, "`"], len(before), language), language)


def _clause(words: Sequence[str], at: int, language: Language) -> _Clause:
    """The clause of the modal at that index."""
    rest = _without_lead(words[at + 1 : at + 1 + AFTER], language)
    before = list(words[max(at - BEFORE, 0) : at])
    adverbs = language.words("adverbs")
    while before and (before[-1] in adverbs or before[-1] == "*"):
        before.pop()
    if before and before[-1] == "," and "," in before[:-1]:  # something is put in between commas
        before.pop()
        while before.pop() != ",":
            pass
    if before and before[-1] in language.words("relatives") and len(before) > 1:
        return _Clause((), before[-1], rest)
    is_strict = words[at] in language.words("strict")
    if not before or before[-1] in ELISION:
        return _Clause((), "", rest, is_strict, is_elided=True)
    start, opener = _start(before, language)
    return _Clause(before[start:], opener, rest, is_strict)


def _start(words: Sequence[str], language: Language) -> tuple[int, str]:
    """Where the subject at the end of these words starts, and what its clause begins with."""
    conditions, joints = language.words("conditions"), language.words("joints")
    start = -1
    for index in range(len(words) - 1, -1, -1):
        word = words[index]
        if word in PUNCTUATION:
            return max(start, index + 1), ""
        if word in conditions:
            inner = words[index + 1 :]
            if start < 0 and not language.words("finite").isdisjoint(inner):
                return _noun_phrase(words, index + 1, language), ""  # the clause has its verb
            return max(start, index + 1), word
        if start < 0 and word in joints:
            start = index + 1
        if (
            start < 0
            and word in language.words("complements")
            and _starts(words, index + 1, language)
        ):
            if index and words[index - 1] in joints:  # a purpose
                return index + 1, word
            denied = words[max(index - 3, 0) : index]
            if not language.words("negations").isdisjoint(denied):
                return index + 1, word
            start = index + 1
    return max(start, 0), ""


def _starts(words: Sequence[str], index: int, language: Language) -> bool:
    """Whether a noun phrase starts here."""
    return index < len(words) and any(
        words[index] in language.words(name)
        for name in ("determiners", "universals", "pronouns", "addressed")
    )


def _noun_phrase(words: Sequence[str], first: int, language: Language) -> int:
    """Where the last noun phrase from there on starts."""
    found = (i for i in range(len(words) - 1, first, -1) if _starts(words, i, language))
    return next(found, first)


def _without_lead(words: Sequence[str], language: Language) -> Sequence[str]:
    """The words from the first one that is no adverb, negation or emphasis on."""
    leading = language.words("adverbs") | language.words("negations") | EMPHASIS
    for index, word in enumerate(words):
        if word in PUNCTUATION or word in ".!?":
            return ()
        if word not in leading:
            return words[index:]
    return ()


def _head(subject: Sequence[str], language: Language) -> str:
    """The noun of a subject: the last word before its first preposition or relative pronoun."""
    ends = language.words("prepositions") | language.words("relatives")
    for index, word in enumerate(subject):
        if index and word in ends:
            return subject[index - 1]
    return subject[-1] if subject else ""


def _has_ruled_subject(clause: _Clause, language: Language) -> bool:
    """Whether the clause is a main clause on something else than the operator."""
    if clause.opener or not clause.subject:
        return False
    head = _head(clause.subject, language)
    addressed = language.words("addressed")
    if head in addressed or clause.subject[-1] in addressed:
        return False
    if head in language.words("operators"):
        return bool(clause.rest) and clause.rest[0] in language.words("possessions")
    return True


def _is_rule(clause: _Clause, language: Language, step: str, is_keyword: bool) -> bool:
    """Whether what stands behind the modal rules a state or a behaviour, and prepares no step."""
    rest, guesses = clause.rest, language.words("guesses")
    if not rest or rest[0] in guesses:
        return False
    first = clause.subject[:GENERAL_WITHIN]
    is_general = clause.is_elided or not language.words("universals").isdisjoint(first)
    is_kind = not language.words("indefinites").isdisjoint(first)
    if step == GOAL and not (is_general or is_kind or is_keyword):
        return False
    is_pronoun = len(clause.subject) == 1 and clause.subject[0] in language.words("pronouns")
    if rest[0] in language.words("possessions"):
        return not rest[1:2] or not rest[1].endswith(language.norms.participles)
    if rest[0] not in language.words("auxiliaries"):
        return not (is_pronoun and step)
    state = _without_lead(rest[1:], language)
    if not state or state[0] in guesses:
        return False
    if _head(clause.subject, language) in language.words("existentials"):
        return not language.words("quantities").isdisjoint(state[:4])
    handling = language.words("handling")
    if not (state[0].endswith(language.norms.participles) or state[0] in handling):
        return True
    if clause.is_strict or is_keyword:  # nobody writes a step so
        return True
    if is_general:
        return step != TIME
    return not (step or is_pronoun or state[0] in handling)
