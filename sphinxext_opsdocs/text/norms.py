"""Sentences that state a rule, judged by their subject and voice rather than by a modal alone.

docs/adr/0013-judged-by-subject-and-voice.md gives the reasons.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from sphinxext_opsdocs.config.confidence import CONFIDENCES, Confidence, least_sure
from sphinxext_opsdocs.config.regular_expressions import AnyPattern
from sphinxext_opsdocs.facts.prose import KEYWORD, NORM, Claim
from sphinxext_opsdocs.text.clauses import Clause, ClauseFinder
from sphinxext_opsdocs.text.language_file import Language
from sphinxext_opsdocs.text.urls import ADDRESS

__all__ = ["find_norm", "mask_literals"]

TIME, GOAL = "time", "goal"
"""Kinds of steps: carried out at a time or in a manner, or for a goal or in a case."""

LITERAL = re.compile(rf"`[^`]*`|{ADDRESS.pattern}|[“\"][^“”\"]{{1,200}}[”\"]")
"""Inline code, addresses and quotations: their words are not statements of the sentence."""
WORDS = re.compile(r"`|\w+(?:['’-]\w+)*|[^\w\s]")
GENERAL_WITHIN = 3
"""A determiner applies to a subject when it is among its first words."""
VALUES = frozenset("`") | {"true", "false", "yes", "no", "one", "at", "a", "the"}
QUANTITY_WITHIN = 4
"""Words after "there must be" among which a quantity makes it a rule."""


def mask_literals(sentence: str) -> str:
    """Return the sentence with a backtick in place of each code, address and quotation."""
    return LITERAL.sub("`", sentence)


def find_norm(text: str, language: Language) -> Claim | None:
    """Return the claim ``KEYWORD`` or ``NORM`` of a sentence; None if it states no rule.

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
        self._phrases: tuple[tuple[AnyPattern, Confidence], ...] = (
            (language.pattern("phrases"), "high"),
            (language.pattern("likely_phrases"), "medium"),
            (language.pattern("possible_phrases"), "low"),
        )
        self._exempt, self._doubts = language.pattern("exempt"), language.pattern("doubts")
        self._compounds = language.pattern("compounds")
        self._steps, self._lead_ins = language.pattern("steps"), language.pattern("lead_ins")
        self._goals = language.pattern("goals")
        self._circumstances = language.pattern("circumstances")
        self._keywords, self._weak = words("keywords"), words("weak")
        self._modals = words("modals") | self._weak
        self._outcomes = words("outcomes")
        self._reasoning, self._values = words("reasoning"), words("values")
        self._negations = words("negations")
        self._ordinary = (words("function") | words("addressed")) - words("negations")
        self._addressed, self._operators = words("addressed"), words("operators")
        self._universals, self._indefinites = words("universals"), words("indefinites")
        self._pronouns, self._existentials = words("pronouns"), words("existentials")
        self._auxiliaries, self._possessions = words("auxiliaries"), words("possessions")
        self._guesses, self._quantities = words("guesses"), words("quantities")
        self._handling, self._stating = words("handling"), words("stating")
        self._participles = language.norms.participles

    def find_norm(self, text: str) -> Claim | None:
        """Return the claim of a sentence; None if it states no rule."""
        if text.endswith("?"):
            return None
        lower = text.lower()
        norms = [
            self._find_norm_of_modal(self._join_compounds(text)),
            self._find_norm_of_phrase(lower),
        ]
        norm = min(filter(None, norms), key=_precedence, default=None)
        if not norm or self._exempt.search(lower):
            return None
        if self._doubts.search(lower):
            return Claim(norm.kind, "medium" if norm.confidence == "high" else "low")
        return norm

    def _join_compounds(self, text: str) -> str:
        """Return a text in which each modal of several words is one ("needs-to")."""
        parts: list[str] = []
        position = 0
        # searched again and again, since a pattern of a team can do nothing else
        while match := self._compounds.search(text, position):
            start, end = match.span()
            parts += [text[position:start], match.group().replace(" ", "-")]
            position = end
        return "".join([*parts, text[position:]])

    def _find_norm_of_modal(self, text: str) -> Claim | None:
        lower = text.lower()
        if not self._normative.search(lower):
            return None
        typed = WORDS.findall(text)
        words = [word.lower() for word in typed]
        step = self._find_step(lower)
        norms: list[Claim] = []
        for index, word in enumerate(words):
            if word in self._modals or typed[index] in self._keywords:
                norm = self._judge_modal(typed, words, index, step)
                if norm:
                    norms.append(norm)
        return min(norms, key=_precedence, default=None)

    def _judge_modal(
        self, typed: Sequence[str], words: Sequence[str], index: int, step: str
    ) -> Claim | None:
        """Return the norm of the modal or keyword at an index of the words as typed."""
        is_keyword = typed[index] in self._keywords and not self._is_shouted(typed, index)
        if not is_keyword and words[index] not in self._modals:
            return None
        clause = self._clauses.find_clause(words, index)
        of_subject = self._judge_subject(clause)
        of_rest = self._judge_rest(clause, step, is_keyword)
        if not (of_subject and of_rest):
            return None
        confidence = least_sure(of_subject, of_rest)
        if words[index] in self._weak and not is_keyword:
            if clause.is_elided:  # "should you need more, ..." is a condition
                return None
            weak = self._judge_weak(clause, step, is_compound="-" in words[index])
            confidence = least_sure(confidence, weak)
        return Claim(KEYWORD if is_keyword else NORM, confidence)

    def _judge_weak(self, clause: Clause, step: str, is_compound: bool) -> Confidence:
        """Return how sure a rule with "should" is: what is to be done, or comes out, is advice."""
        state = self._clauses.skip_lead(clause.rest[1:])
        is_state = clause.rest[0] in self._auxiliaries and not self._is_passive(state)
        is_state |= is_compound and clause.rest[0] not in self._auxiliaries
        if step or not is_state or not self._outcomes.isdisjoint(state[:2]):
            return "low"
        return "medium"

    def _is_passive(self, state: Sequence[str]) -> bool:
        return bool(state) and (state[0] in self._handling or state[0].endswith(self._participles))

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
        if self._goals.match(lower) or self._circumstances.match(lower):
            return GOAL
        return ""

    def _find_norm_of_phrase(self, lower: str) -> Claim | None:
        """Return the norm of a rule that is written without a modal ("are never reused")."""
        is_lead_in = lower.endswith(":")
        for expressions, sure in self._phrases:
            # a lead-in is less sure: its list may contain anything
            confidence: Confidence = "medium" if is_lead_in and sure == "high" else sure
            phrase = expressions.search(lower)
            while phrase:
                if self._has_subject_of_rule(lower, phrase.start()):
                    return Claim(NORM, confidence)
                phrase = expressions.search(lower, max(phrase.end(), phrase.start() + 1))
        return None

    def _has_subject_of_rule(self, lower: str, start: int) -> bool:
        before = WORDS.findall(lower[:start])
        if not self._addressed.isdisjoint(_last_part(before)):
            return False
        # a backtick for the phrase stands where a modal would
        clause = self._clauses.find_clause([*before, "`"], len(before))
        # ", and only one key is allowed": the phrase may contain its subject
        has_own_subject = not clause.subject and not clause.opener
        if has_own_subject:
            return True
        # "no key is required", "not all hosts need one"
        is_denied = not self._negations.isdisjoint(clause.subject[:2])
        return not is_denied and self._judge_subject(clause) == "high"

    def _judge_subject(self, clause: Clause) -> Confidence | None:
        """Return how sure it is that a clause is about the system; None for its operator."""
        if clause.is_elided:
            return "high"
        if clause.opener:
            # "because an object must have ...": the reason is a rule as well
            return "medium" if clause.opener in self._reasoning else None
        if not clause.subject:
            return None
        head = self._clauses.find_head(clause.subject)
        if head in self._addressed or clause.subject[-1] in self._addressed:
            return None
        if head not in self._operators:
            return "high"
        # what operators must do is a step; what they must have is a policy
        is_policy = bool(clause.rest) and clause.rest[0] in self._possessions
        return "high" if is_policy else None

    def _judge_rest(self, clause: Clause, step: str, is_keyword: bool) -> Confidence | None:
        """Return how sure it is that the words after a modal rule a state or behaviour."""
        if not clause.rest or clause.rest[0] in self._guesses:
            return None
        verb = clause.rest[0]
        subject = self._describe_subject(clause)
        if verb in self._auxiliaries:
            return self._judge_state(clause, subject, step, is_keyword)
        if verb in self._possessions:
            return None if self._is_perfect(clause.rest) else "high"
        if step != TIME or subject.is_general or subject.is_kind:
            return "high"
        return None if subject.is_pronoun else "medium"

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

    def _judge_state(
        self, clause: Clause, subject: _Subject, step: str, is_keyword: bool
    ) -> Confidence | None:
        """Return the same for "must be ...", before a state or a participle."""
        state = self._clauses.skip_lead(clause.rest[1:])
        if clause.rest[1:2] == [":"]:
            return "high"  # "must be: `True`"
        if not state or state[0] in self._guesses:
            return None
        if subject.head in self._existentials:
            # "there must be a bug" is a guess, "there must be two replicas" is a rule
            return "high" if not self._quantities.isdisjoint(state[:QUANTITY_WITHIN]) else None
        # writers prepare no step with "shall" or a keyword
        if not self._is_passive(state) or clause.is_strict or is_keyword:
            return "high"
        if self._is_value(state):
            return "high"
        return self._judge_passive(subject, step, state[0])

    def _is_value(self, state: Sequence[str]) -> bool:
        """Return whether a value follows a participle: "must be set to `True`" is no step."""
        return len(state) > 2 and state[1] in self._values and state[2] in VALUES

    def _judge_passive(self, subject: _Subject, step: str, participle: str) -> Confidence | None:
        """Return the same for a passive: "the gateway must be stopped first" prepares a step."""
        is_handled = participle in self._handling
        if step == TIME or subject.is_pronoun:
            return None
        is_stated = not is_handled or participle in self._stating
        if subject.is_general or (is_stated and not subject.is_kind):
            return "high"
        return "medium"


def _last_part(words: Sequence[str]) -> Sequence[str]:
    """Return the words from the last comma or semicolon on."""
    for index in range(len(words) - 1, -1, -1):
        if words[index] in ",;:":
            return words[index:]
    return words


def _precedence(norm: Claim) -> tuple[bool, int]:
    return norm.kind != KEYWORD, CONFIDENCES.index(norm.confidence)
