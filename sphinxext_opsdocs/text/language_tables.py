"""The tables of a language file: words, expressions, grammar and units."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

__all__ = ["Claims", "Endings", "Grammar", "Norms", "Quantities", "Unit", "Words"]

Mark = Annotated[str, Meta(min_length=1, max_length=1)]
Endings = tuple[tuple[str, str], ...]
"""Pairs of a plural ending and its singular ending; the first pair that fits a word applies."""


class Words(Struct, frozen=True, forbid_unknown_fields=True):
    """Word classes, in lower case except ``keywords``."""

    abbreviations: tuple[str, ...]
    """They do not end a sentence; written without their last full stop."""
    function: tuple[str, ...]
    """Words without content of their own, such as articles, pronouns and auxiliaries."""
    modals: tuple[str, ...]
    strict: tuple[str, ...]
    """Modals for rules only; writers never use them in a step."""
    keywords: tuple[str, ...]
    """Normative words in capitals: https://www.rfc-editor.org/rfc/rfc2119"""
    adverbs: tuple[str, ...]
    """They may stand before or after a modal."""
    negations: tuple[str, ...]
    auxiliaries: tuple[str, ...]
    """After a modal they start a passive or a state ("must be ...")."""
    possessions: tuple[str, ...]
    """Verbs of possession; before a participle they make a guess ("must have failed")."""
    finite: tuple[str, ...]
    """Finite verbs: a clause that contains one is complete."""
    conditions: tuple[str, ...]
    """Conjunctions of condition, reason or time: their clause never states a rule."""
    joints: tuple[str, ...]
    """Other conjunctions: the subject of a modal stands after the last one."""
    complements: tuple[str, ...]
    """Conjunctions of an object clause ("ensure that ..."); a noun phrase follows them."""
    relatives: tuple[str, ...]
    """Pronouns that start a relative clause."""
    prepositions: tuple[str, ...]
    determiners: tuple[str, ...]
    indefinites: tuple[str, ...]
    """Determiners of any one thing of a kind ("a client")."""
    universals: tuple[str, ...]
    """Determiners of all things of a kind ("every client")."""
    existentials: tuple[str, ...]
    """Subjects of sentences such as "there must be ..."."""
    quantities: tuple[str, ...]
    """They turn "there must be ..." from a guess into a rule."""
    pronouns: tuple[str, ...]
    """Pronouns for things."""
    addressed: tuple[str, ...]
    """The reader or the writer of the page."""
    operators: tuple[str, ...]
    """Nouns for the people who run the system; a page may instruct them."""
    handling: tuple[str, ...]
    """Participles of what operators do with a system ("restarted")."""
    guesses: tuple[str, ...]
    """After a modal they make it a guess or a consequence."""
    # word classes that were added later may be missing in language files of teams
    weak: tuple[str, ...] = ()
    """Further modals, whose rules are of medium confidence ("should")."""
    reasoning: tuple[str, ...] = ()
    """Conditions and relatives whose clause can state a rule ("because", "which")."""
    outcomes: tuple[str, ...] = ()
    """After a weak modal they make it a hope ("should be available")."""
    stating: tuple[str, ...] = ()
    """Those of ``handling`` that say how data or a setting has to be ("specified")."""
    values: tuple[str, ...] = ()
    """After a participle they start the value of a setting ("set to")."""


class Norms(Struct, frozen=True, forbid_unknown_fields=True):
    """Expressions of rules, for a sentence in lower case with a backtick for each code."""

    participles: tuple[str, ...]
    """Endings of participles, as plain text."""
    phrases: tuple[str, ...]
    """Rules without a modal; their subject stands before them."""
    steps: tuple[str, ...]
    """When or how an action is carried out."""
    lead_ins: tuple[str, ...]
    """The same at the start of a sentence."""
    goals: tuple[str, ...]
    """The purpose of an action, at the start of a sentence."""
    exempt: tuple[str, ...]
    """A sentence with one of them is never a rule."""
    gerunds: tuple[str, ...] = ()
    """Endings of gerunds ("when using ..."), as plain text."""
    likely_phrases: tuple[str, ...] = ()
    """As ``phrases``, of medium confidence."""
    possible_phrases: tuple[str, ...] = ()
    """As ``phrases``, of low confidence."""
    doubts: tuple[str, ...] = ()
    """A rule with one of them is less sure by one step."""
    circumstances: tuple[str, ...] = ()
    """In which case a sentence applies, at its start: it may be a step or a rule."""
    compounds: tuple[str, ...] = ()
    """Modals of several words ("needs to"); with a hyphen for each space they are modals."""


class Claims(Struct, frozen=True, forbid_unknown_fields=True):
    """Expressions of claims, for the same form of a sentence."""

    intent: tuple[str, ...]
    """Enough for a claim of intent."""
    weak_intent: tuple[str, ...]
    """A claim of intent only where the text describes a fault."""
    no_intent: tuple[str, ...]
    accepted: tuple[str, ...]
    """They declare a deviation to be the normal case."""
    trouble: tuple[str, ...]
    """They describe a fault."""
    reasons: tuple[str, ...]
    """The benefit of a design decision."""
    workaround: tuple[str, ...]
    no_workaround: tuple[str, ...]
    """Neither a workaround nor a fault, whatever else a sentence contains."""
    fault_titles: tuple[str, ...]
    """Whole titles of sections that list known faults."""
    behaviour: tuple[str, ...]
    """Finite verbs for what systems do."""
    no_behaviour: tuple[str, ...]
    """The sentence is about the page or an example, or it addresses the reader."""
    attribution: tuple[str, ...]
    """Before a link they make its target the source of the statement."""
    likely_workaround: tuple[str, ...] = ()
    """As ``workaround``, of medium confidence: gaps and weaker signs of a fault."""
    possible_workaround: tuple[str, ...] = ()
    """The same of low confidence."""
    beside_issue: tuple[str, ...] = ()
    """Signs of a fault in a block that links an issue."""
    not_beside_issue: tuple[str, ...] = ()
    """There, signs of a pointer to the issue, a correction or advice."""


class Grammar(Struct, frozen=True, forbid_unknown_fields=True):
    """Grammar in plain text, in lower case."""

    articles: tuple[str, ...]
    infinitive_marks: tuple[str, ...]
    """Words that start an infinitive ("to restart ..."), which has no subject."""
    term_leads: tuple[str, ...]
    """What may stand before the term in the sentence that defines it."""
    link_fillers: tuple[str, ...]
    """Words that may stand between an attribution and its link ("see also the ...")."""
    value_endings: Endings
    """For the words that name a value, and for units."""
    term_endings: Endings
    """For the last word of a term."""
    shortest_plural: int
    """Letters of the shortest word that ``value_endings`` apply to."""
    counted_endings: tuple[str, ...]
    """Endings of a plural noun that counts things ("5 retries")."""
    vocabulary_endings: tuple[tuple[str, tuple[str, ...]], ...]
    """Ending of a word of a vocabulary, and all endings that the word has in sentences."""


class Unit(Struct, frozen=True, forbid_unknown_fields=True):
    """One unit under all its names, in the singular and in lower case."""

    names: tuple[str, ...]
    measure: str
    """The same for all units that convert into each other."""
    size: float
    """In the base unit of the measure."""


class Quantities(Struct, frozen=True, forbid_unknown_fields=True):
    """Notation of numbers and units."""

    decimal_mark: Mark
    group_mark: Mark
    """Between groups of three digits."""
    rate_words: tuple[str, ...]
    """Words and marks between a quantity and the unit that it is divided by ("per")."""
    units: tuple[Unit, ...]
    numbers: dict[str, float] = {}
    """Numbers in words, in lower case ("twelve")."""
    linking: tuple[str, ...] = ()
    """Words between a name and its value that are part of neither ("is set to")."""
    examples: tuple[str, ...] = ()
    """Words that announce an example, whose values belong to nothing."""
    fillers: tuple[str, ...] = ()
    """Words between a fraction and its unit ("half an hour")."""
