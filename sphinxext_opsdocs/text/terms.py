"""Terms that a text defines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sphinxext_opsdocs.text.inflection import strip_plural
from sphinxext_opsdocs.text.language_file import Language
from sphinxext_opsdocs.text.sentences import split_sentences
from sphinxext_opsdocs.text.urls import blank_addresses

__all__ = ["DefinedTerm", "find_defined_terms", "find_listed_terms", "normalise_term"]

MOST_WORDS = 5
LEAST_LETTERS = 3
LEAST_DEFINITION = 6
"""Words of a definition outside of a glossary."""
LIST_MARKS = "*#>| "
MARKS = LIST_MARKS + ",("
LONGEST_TERM = 90
"""Characters of a sentence among which a term ends."""
DEFINITIONS = (("definitions", True), ("kinds", False))
"""Lists of expressions after a term, and whether they are enough for a definition."""
TITLE = re.compile(r"[*#>| ]*([^\W\d_][\w -]{2,40})(?::| [–—=-]| \||\.(?= )| \(| ?,? i\.e\.)")
"""A term that is the title of its definition: "Lag: ...", "Lag - ...", "Lag (...) ..."."""


class DefinedTerm(NamedTuple):
    """A term with a definition."""

    key: str
    """Normalised."""
    text: str
    """As written."""
    offset: int
    """Of the sentence that defines it."""
    is_certain: bool = True
    """Nothing but a definition is worded so: "X means ...", not "X is a ..."."""


def normalise_term(term: str, language: Language) -> str:
    """Return a term without letter case, article, marks and plural; empty for other text."""
    words = term.strip(LIST_MARKS + ".:").lower().split()
    if words and words[0] in language.grammar.articles:
        words = words[1:]
    key = " ".join(words)
    is_term = (
        len(key) >= LEAST_LETTERS
        and key[0].isalpha()
        and "`" not in key
        and len(words) <= MOST_WORDS
    )
    return strip_plural(key, language.grammar.term_endings) if is_term else ""


def find_listed_terms(title: str, lines: Iterable[str], language: Language) -> Iterator[str]:
    """Yield the normalised terms in the definition lists of a section.

    All of them where the title names a glossary; elsewhere only a term of several words whose
    definition starts with its kind ("a limit that ...").
    """
    # in normalised text, a definition follows its term on a line that starts with a colon
    is_glossary = bool(language.pattern("glossary_titles").fullmatch(title.lower().strip()))
    determiners = language.words("determiners")
    previous_line = ""
    for line in lines:
        text = line.lstrip(LIST_MARKS)
        if text.startswith(": ") and (term := normalise_term(previous_line, language)):
            words = text[2:].lower().split()
            is_of_kind = len(words) >= LEAST_DEFINITION and words[0] in determiners
            if is_glossary or (is_of_kind and " " in term):
                yield term
        previous_line = line


def find_defined_terms(text: str, language: Language) -> Iterator[DefinedTerm]:
    """Yield the terms that sentences define, and those that the block starts with as its title."""
    lower = blank_addresses(text).lower()
    for start, end in split_sentences(text, language.words("abbreviations")):
        yield from _terms_of_sentence(text, lower, start, end, language)


def _terms_of_sentence(
    text: str, lower: str, start: int, end: int, language: Language
) -> Iterator[DefinedTerm]:
    for name, is_certain in DEFINITIONS:
        definition = language.pattern(name).search(lower, start, min(end, start + LONGEST_TERM))
        if definition:
            subject = lower[start : definition.start()].strip(MARKS)
            if term := _defined_term(subject, language):
                written = text[start : definition.start()].strip(MARKS)
                yield DefinedTerm(term, _without_lead(written, language), start, is_certain)
                return
    named = language.pattern("named").search(lower, start, end)
    if named:
        written = next(group for group in named.groups() if group)
        if term := _defined_term(written, language):
            yield DefinedTerm(term, written, start, is_certain=False)
        return
    title = TITLE.match(lower, start, end)
    if not title or title.group(1).split()[0] in language.grammar.articles:
        return
    if term := _defined_term(title.group(1), language):
        yield DefinedTerm(term, text[start : title.end(1)].strip(LIST_MARKS), start, False)


def _without_lead(subject: str, language: Language) -> str:
    """Return a subject as written, without what may stand before the term, and its article."""
    words = subject.lstrip(LIST_MARKS)
    for lead in language.grammar.term_leads:
        if words.lower().startswith(lead):
            words = words[len(lead) :]
    first, _, others = words.strip(LIST_MARKS).partition(" ")
    return others.strip() if first.lower() in language.grammar.articles else words.strip()


def _defined_term(subject: str, language: Language) -> str:
    """Return the normalised term that is the subject of a definition; empty for other subjects."""
    subject = subject.lstrip(LIST_MARKS)
    for lead in language.grammar.term_leads:
        subject = subject.removeprefix(lead)
    words = subject.split()
    # "this means" and "you mean" define nothing
    has_person = not language.words("addressed").isdisjoint(words)
    has_pronoun = not language.words("pronouns").isdisjoint(words)
    if has_person or has_pronoun or language.words("function").issuperset(words):
        return ""
    return normalise_term(subject, language)
