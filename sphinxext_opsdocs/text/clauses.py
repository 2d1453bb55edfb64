"""The clause that a modal verb stands in: its subject, and the words after the modal.

Only word order and word classes decide, as in English: the subject stands before its verb.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sphinxext_opsdocs.text.language_file import Language

__all__ = ["Clause", "ClauseFinder"]

PUNCTUATION = frozenset(",;:()[]—–-")
SENTENCE_ENDS = ".!?"
EMPHASIS = frozenset("*_")
INSERTIONS = {",": ",", ")": "(", "—": "—", "–": "–"}
"""The end of an insertion, and its start."""
BEFORE, AFTER = 40, 12
"""Words before and after a modal that are searched: long sentences take linear time."""
ELISION = frozenset(":|")
"""After such a mark a modal has no subject of its own: it is that of a title, term or row."""
DENIED_WITHIN = 3
"""Words between a negation and the object clause that it denies ("does not mean that")."""


class Clause(NamedTuple):
    """The words of a clause around its modal, in lower case."""

    subject: Sequence[str]
    opener: str
    """The conjunction or pronoun of a subordinate clause; empty for a main clause."""
    rest: Sequence[str]
    """The words after the modal, without adverbs and negations at their start."""
    is_strict: bool = False
    """The modal is one that writers never use in a step."""
    is_elided: bool = False
    """The subject is left out: it is that of a title, term or row."""


class ClauseFinder:
    """Finds clauses in the words of sentences in one language."""

    def __init__(self, language: Language) -> None:
        words = language.words
        self._strict = words("strict")
        self._adverbs = words("adverbs")
        self._lead = words("adverbs") | words("negations") | EMPHASIS
        self._negations = words("negations")
        self._finite = words("finite")
        self._conditions, self._joints = words("conditions"), words("joints")
        self._complements, self._relatives = words("complements"), words("relatives")
        self._gerunds = language.norms.gerunds
        self._head_ends = words("prepositions") | words("relatives")
        self._phrase_starts = (
            words("determiners") | words("universals") | words("pronouns") | words("addressed")
        )

    def find_clause(self, words: Sequence[str], index: int) -> Clause:
        """Return the clause of the modal at an index of the words of a sentence."""
        rest = self.skip_lead(words[index + 1 : index + 1 + AFTER])
        before = self._words_before(words, index)
        if len(before) > 1 and before[-1] in self._relatives:
            return Clause((), before[-1], rest)
        is_strict = words[index] in self._strict
        if not before or before[-1] in ELISION:
            return Clause((), "", rest, is_strict, is_elided=True)
        start, opener = self._find_subject(before)
        return Clause(before[start:], opener, rest, is_strict)

    def find_head(self, subject: Sequence[str]) -> str:
        """Return the noun of a subject: the last word before a preposition or relative clause."""
        for index, word in enumerate(subject):
            if index and word in self._head_ends:
                return subject[index - 1]
        return subject[-1] if subject else ""

    def skip_lead(self, words: Sequence[str]) -> Sequence[str]:
        """Return the words from the first one that is not an adverb, negation or emphasis.

        Empty where a mark comes first.
        """
        for index, word in enumerate(words):
            if word in PUNCTUATION or word in SENTENCE_ENDS:
                return ()
            if word not in self._lead:
                return words[index:]
        return ()

    def _words_before(self, words: Sequence[str], index: int) -> list[str]:
        """Return the words before a modal that may contain its subject."""
        before = list(words[max(index - BEFORE, 0) : index])
        while before and (before[-1] in self._adverbs or before[-1] == "*"):
            before.pop()
        # an insertion: "the gateway, like every node, must ...", "the key (a number) must ..."
        opening = INSERTIONS.get(before[-1]) if before else None
        if opening and opening in before[:-1]:
            before.pop()
            while before.pop() != opening:
                pass
        elif opening == ",":  # a comma that should not be there: "all segments, must ..."
            before.pop()
        return before

    def _find_subject(self, words: Sequence[str]) -> tuple[int, str]:
        """Return where the subject at the end of these words starts, and its clause's opener."""
        start = 0
        for index in range(len(words) - 1, -1, -1):
            word = words[index]
            if word in PUNCTUATION:
                return start or index + 1, ""
            if word in self._conditions:
                return self._find_subject_after_condition(words, index, start)
            if start:
                continue
            if word in self._joints:
                start = index + 1
            elif self._is_complement(words, index):
                if self._is_open_complement(words, index):
                    return index + 1, word
                # "ensure that each node must ...": the object clause is the rule
                start = index + 1
        return start, ""

    def _find_subject_after_condition(
        self, words: Sequence[str], index: int, start: int
    ) -> tuple[int, str]:
        """Return the same after a conjunction; ``start`` is 0 while no later one was seen."""
        clause = words[index + 1 :]
        # "when using TLS the gateway must ...": what comes before the noun phrase is complete
        is_complete = bool(clause) and clause[0].endswith(self._gerunds)
        if not start and (is_complete or not self._finite.isdisjoint(clause)):
            # "if a node is down the gateway must ...": the condition has its verb, and the last
            # noun phrase is the subject of the main clause
            return self._last_noun_phrase(words, index + 1), ""
        return start or index + 1, words[index]

    def _is_complement(self, words: Sequence[str], index: int) -> bool:
        """Return whether an object clause starts at a word, and not a relative clause."""
        return words[index] in self._complements and self._starts_noun_phrase(words, index + 1)

    def _is_open_complement(self, words: Sequence[str], index: int) -> bool:
        """Return whether an object clause gives a purpose ("so that ...") or is denied."""
        if index and words[index - 1] in self._joints:
            return True
        return not self._negations.isdisjoint(words[max(index - DENIED_WITHIN, 0) : index])

    def _starts_noun_phrase(self, words: Sequence[str], index: int) -> bool:
        return index < len(words) and words[index] in self._phrase_starts

    def _last_noun_phrase(self, words: Sequence[str], first: int) -> int:
        """Return where the last noun phrase from an index on starts; the index without one."""
        for index in range(len(words) - 1, first, -1):
            if self._starts_noun_phrase(words, index):
                return index
        return first
