"""Terms that a text defines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sphinxext_opsdocs.text.language import Language
from sphinxext_opsdocs.text.sentences import sentences

__all__ = ["defined_in_text", "listed_terms", "term_key"]

MOST_WORDS = 5
LEAST_DEFINITION = 6
LIST_MARKS = "*#>| "


def term_key(term: str) -> str:
    """A term without letter case, article, marks and plural; empty for what is no term."""
    words = term.strip(LIST_MARKS + ".:").lower().split()
    if words and words[0] in ("a", "an", "the"):
        words = words[1:]
    key = " ".join(words)
    if not key or "`" in key or len(words) > MOST_WORDS or not key[0].isalpha() or len(key) < 3:
        return ""
    return key.removesuffix("s") if not key.endswith("ss") else key


def listed_terms(title: str, lines: Iterable[str], language: Language) -> Iterator[str]:
    """Keys of the terms in the definition lists of a section.

    Of one whose title says that it has terms all; of others those of several words whose
    definition is a phrase that says what kind of thing it is.
    """
    is_glossary = bool(language.pattern("glossary_titles").fullmatch(title.lower().strip()))
    kinds = language.words("determiners")
    before = ""
    for line in lines:
        text = line.lstrip(LIST_MARKS)
        if text.startswith(": ") and (key := term_key(before)):
            words = text[2:].lower().split()
            is_kind = len(words) >= LEAST_DEFINITION and words[0] in kinds
            if is_glossary or (is_kind and " " in key):
                yield key
        before = line


def defined_in_text(text: str, language: Language) -> Iterator[tuple[str, int]]:
    """Keys of the terms that sentences define, with the offset of the sentence."""
    pattern = language.pattern("definitions")
    lower = text.lower()
    if not pattern.search(lower):
        return
    no_term = language.words("addressed") | language.words("pronouns")
    plain = language.words("function")
    for start, end in sentences(text, language.words("abbreviations")):
        found = pattern.search(lower, start, end)
        term = lower[start : found.start()].removeprefix("the term ") if found else ""
        words = term.split()
        key = term_key(term) if no_term.isdisjoint(words) else ""
        if key and not plain.issuperset(words):
            yield key, start
