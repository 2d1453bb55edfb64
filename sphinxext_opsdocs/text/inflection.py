"""Plurals: words without their plural ending, and patterns for a word in any of its forms."""

from __future__ import annotations

import re
from functools import cache

from sphinxext_opsdocs.text.language_file import Language
from sphinxext_opsdocs.text.language_tables import Endings

__all__ = ["inflected_pattern", "strip_plural"]


def strip_plural(word: str, endings: Endings) -> str:
    """Return a word with the singular ending of the first pair that fits it."""
    for plural, singular in endings:
        if word.endswith(plural):
            return word[: len(word) - len(plural)] + singular
    return word


@cache
def inflected_pattern(word: str, language: Language) -> re.Pattern[str]:
    """Return a pattern for a word of a vocabulary in any letter case and number."""
    alternatives = "|".join(map(re.escape, _forms(word, language)))
    return re.compile(rf"(?<!\w)(?:{alternatives})(?!\w)", re.IGNORECASE)


def _forms(word: str, language: Language) -> list[str]:
    for ending, variants in language.grammar.vocabulary_endings:
        if word.endswith(ending):
            stem = word.removesuffix(ending)
            return [stem + variant for variant in variants]
    return [word]
