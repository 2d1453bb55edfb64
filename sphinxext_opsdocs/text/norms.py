"""Sentences that state a rule, judged by their subject and voice rather than by a modal alone.

docs/adr/0013-judged-by-subject-and-voice.md gives the reasons.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from sphinxext_opsdocs.facts.prose import KEYWORD, NORM
from sphinxext_opsdocs.text.clauses import Clause, ClauseFinder
from sphinxext_opsdocs.text.language_file import Language
from sphinxext_opsdocs.text.urls import ADDRESS

__all__ = ["find_norm", "mask_literals"]

TIME, GOAL = "time", "goal"
"""Kinds of steps: carried out at a time or in a manner, or for a goal."""

LITERAL = re.compile(rf"`[^`]*`|{ADDRESS.pattern}|[“\"][^“”\"]{{1,200}}[”\"]")
"""Inline code, addresses and quotations: their words are not statements of the sentence."""
WORDS = re.compile(r"`|\w+(?:['’-]\w+)*|[^\w\s]")
GENERAL_WITHIN = 3
"""A determiner applies to a subject when it is among its first words."""
QUANTITY_WITHIN = 4
"""Words after "there must be" among which a quantity makes it a rule."""


def mask_literals(sentence: str) -> str:
    """Return the sentence with a backtick in place of each code, address and quotation."""
    return LITERAL.sub("`", sentence)


def find_norm(text: str, language: Language) -> str:
    """Return ``KEYWORD``, ``NORM``, or an empty string for a sentence that states no rule.

    ``text`` is a sentence with masked literals.
    """
    return _norm_finder(language).find_norm(text)


@cache
def _norm_finder(language: Language) -> _NormFinder:
    return _NormFinder(language)


class _Subject(NamedTuple):
    """The subject of a clause, by its determiner and noun."""

    head: str
    is_general: bool
    """All things of a kind ("every client"), or the entry that the text describes."""
    is_kind: bool
    """Any one thing of a kind ("a client")."""
    is_pronoun: bool


class _NormFinder:
    def __init__(self, language: Language) -> None:
        words = language.words
        self._clauses = ClauseFinder(language)
        self._normative = language.pattern("normative")
        self._phrases, self._exempt = language.pattern("phrases"), language.pattern("exempt")
        self._steps, self._lead_ins = language.pattern("steps"), language.pattern("lead_ins")
        self._goals = language.pattern("goals")
        self._keywords, self._modals = words("keywords"), words("modals")
        self._negations = words("negations")
        self._ordinary = (words("function") | words("addressed")) - words("negations")
        self._addressed, self._operators = words("addressed"), words("operators")
        self._universals, self._indefinites = words("universals"), words("indefinites")
        self._pronouns, self._existentials = words("pronouns"), words("existentials")
        self._auxiliaries, self._possessions = words("auxiliaries"), words("possessions")
        self._guesses, self._quantities = words("guesses"), words("quantities")
        self._handling = words("handling")
        self._participles = language.norms.participles

    def find_norm(self, text: str) -> str:
        """Return ``KEYWORD``, ``NORM`` or an empty string for a sentence."""
        if text.endswith("?"):
            return ""
        lower = text.lower()
        norm = self._find_norm_of_modal(text, lower)
        if not norm and self._has_ruling_phrase(lower):
            norm = NORM
        if norm and self._exempt.search(lower):
            return ""
        return norm

    def _find_norm_of_modal(self, text: str, lower: str) -> str:
        if not self._normative.search(lower):
            return ""
        typed = WORDS.findall(text)
        words = [word.lower() for word in typed]
        step = self._find_step(lower)
        norm = ""
        for index, word in enumerate(words):
            if word in self._modals or typed[index] in self._keywords:
                norm_here = self._judge_modal(typed, words, index, step)
                if norm_here == KEYWORD:
                    return KEYWORD
                norm = norm_here or norm
        return norm

    def _judge_modal(
        self, typed: Sequence[str], words: Sequence[str], index: int, step: str
    ) -> str:
        """Return the norm of the modal or keyword at an index of the words as typed."""
        is_keyword = typed[index] in self._keywords and not self._is_shouted(typed, index)
        if not is_keyword and words[index] not in self._modals:
            return ""
        clause = self._clauses.find_clause(words, index)
        if not (clause.is_elided or self._has_ruled_subject(clause)):
            return ""
        if not self._is_rule(clause, step, is_keyword):
            return ""
        return KEYWORD if is_keyword else NORM

    def _is_shouted(self, typed: Sequence[str], index: int) -> bool:
        """Return whether ordinary words beside a keyword are in capitals too.

        A neighbour in capitals may be an acronym: "TLS MUST be on" is a rule. Two of them, or one
        ordinary word ("YOU MUST NOT"), are emphasis.
        """
        beside = [*typed[max(index - 1, 0) : index], *typed[index + 1 : index + 2]]
        capitals = {word.lower() for word in beside if len(word) > 2 and word.isupper()}
        capitals -= self._negations
        return len(capitals) == len(beside) > 1 or not self._ordinary.isdisjoint(capitals)

    def _find_step(self, lower: str) -> str:
        """Return ``TIME`` or ``GOAL`` where the sentence describes a step, else an empty string."""
        if self._lead_ins.match(lower) or self._steps.search(lower):
            return TIME
        return GOAL if self._goals.match(lower) else ""

    def _has_ruling_phrase(self, lower: str) -> bool:
        """Return whether a rule is written without a modal ("tokens are never reused")."""
        phrase = self._phrases.search(lower)
        if not phrase or lower.endswith(":"):
            return False
        before = WORDS.findall(lower[: phrase.start()])
        if not self._addressed.isdisjoint(before):
            return False
        # a backtick for the phrase stands where a modal would
        clause = self._clauses.find_clause([*before, "`"], len(before))
        return self._has_ruled_subject(clause)

    def _has_ruled_subject(self, clause: Clause) -> bool:
        """Return whether it is a main clause about the system rather than its operator."""
        if clause.opener or not clause.subject:
            return False
        head = self._clauses.find_head(clause.subject)
        if head in self._addressed or clause.subject[-1] in self._addressed:
            return False
        if head not in self._operators:
            return True
        # what operators must do is a step; what they must have is a policy
        return bool(clause.rest) and clause.rest[0] in self._possessions

    def _is_rule(self, clause: Clause, step: str, is_keyword: bool) -> bool:
        """Return whether the words after the modal rule a state or behaviour of the system."""
        if not clause.rest or clause.rest[0] in self._guesses:
            return False
        verb = clause.rest[0]
        subject = self._describe_subject(clause)
        is_of_kind = subject.is_general or subject.is_kind
        # "to restart the gateway, the queue must be empty" is about one queue and one restart
        if step == GOAL and not (is_of_kind or is_keyword):
            return False
        if verb in self._possessions:
            return not self._is_perfect(clause.rest)
        if verb in self._auxiliaries:
            return self._is_rule_of_state(clause, subject, step, is_keyword)
        return not (subject.is_pronoun and step)

    def _is_perfect(self, rest: Sequence[str]) -> bool:
        """Return whether a participle follows: "must have failed" is a guess about the past."""
        return len(rest) > 1 and rest[1].endswith(self._participles)

    def _describe_subject(self, clause: Clause) -> _Subject:
        subject = clause.subject
        first = subject[:GENERAL_WITHIN]
        return _Subject(
            head=self._clauses.find_head(subject),
            is_general=clause.is_elided or not self._universals.isdisjoint(first),
            is_kind=not self._indefinites.isdisjoint(first),
            is_pronoun=len(subject) == 1 and subject[0] in self._pronouns,
        )

    def _is_rule_of_state(
        self, clause: Clause, subject: _Subject, step: str, is_keyword: bool
    ) -> bool:
        """Return the same for "must be ...", before a state or a participle."""
        state = self._clauses.skip_lead(clause.rest[1:])
        if not state or state[0] in self._guesses:
            return False
        if subject.head in self._existentials:
            # "there must be a bug" is a guess, "there must be two replicas" is a rule
            return not self._quantities.isdisjoint(state[:QUANTITY_WITHIN])
        is_handled = state[0] in self._handling
        is_passive = is_handled or state[0].endswith(self._participles)
        # writers prepare no step with "shall" or a keyword
        if not is_passive or clause.is_strict or is_keyword:
            return True
        return self._is_rule_of_passive(subject, step, is_handled)

    def _is_rule_of_passive(self, subject: _Subject, step: str, is_handled: bool) -> bool:
        """Return the same for a passive: "the gateway must be stopped first" prepares a step."""
        if subject.is_general:
            return step != TIME
        return not (step or subject.is_pronoun or is_handled)
