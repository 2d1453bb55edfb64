"""Terms that a text defines."""

from __future__ import annotations

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


class DefinedTerm(NamedTuple):
    """A term with a definition."""

    key: str
    """Normalised."""
    text: str
    """As written."""
    offset: int
    """Of the sentence that defines it."""


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
    """Yield the terms that sentences define."""
    pattern = language.pattern("definitions")
    lower = blank_addresses(text).lower()
    if not pattern.search(lower):
        return
    for start, end in split_sentences(text, language.words("abbreviations")):
        definition = pattern.search(lower, start, end)
        if definition:
            subject = lower[start : definition.start()]
            if term := _defined_term(subject, language):
                written = text[start : definition.start()]
                yield DefinedTerm(term, _without_lead(written, language), start)


def _without_lead(subject: str, language: Language) -> str:
    """Return a subject as written, without what may stand before the term, and its article."""
    words = subject
    for lead in language.grammar.term_leads:
        if words.lower().startswith(lead):
            words = words[len(lead) :]
    first, _, others = words.strip(LIST_MARKS).partition(" ")
    return others.strip() if first.lower() in language.grammar.articles else words.strip()


def _defined_term(subject: str, language: Language) -> str:
    """Return the normalised term that is the subject of a definition; empty for other subjects."""
    for lead in language.grammar.term_leads:
        subject = subject.removeprefix(lead)
    words = subject.split()
    # "this means" and "you mean" define nothing
    has_person = not language.words("addressed").isdisjoint(words)
    has_pronoun = not language.words("pronouns").isdisjoint(words)
    if has_person or has_pronoun or language.words("function").issuperset(words):
        return ""
    return normalise_term(subject, language)
