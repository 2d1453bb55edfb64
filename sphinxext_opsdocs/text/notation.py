"""How a language writes numbers and units."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

from sphinxext_opsdocs.text.inflection import strip_plural
from sphinxext_opsdocs.text.language_file import Language
from sphinxext_opsdocs.text.language_tables import Endings

__all__ = ["Notation", "notation_of"]


class Notation(NamedTuple):
    """The numbers and units of a language, ready for the search."""

    token: re.Pattern[str]
    amount_of_things: re.Pattern[str]
    """A number before a word or percent sign."""
    units: Mapping[str, tuple[str, float]]
    """Name of a unit -> its measure and its size in the base unit."""
    measures: frozenset[str]
    numbers: Mapping[str, float]
    """Numbers that are written as words."""
    rate_words: frozenset[str]
    linking: frozenset[str]
    """Words between a name and its value that belong to neither."""
    examples: frozenset[str]
    fillers: frozenset[str]
    """Words between a fraction and its unit: "half an hour"."""
    group_mark: str
    decimal_mark: str
    endings: Endings
    shortest_plural: int
    counted_endings: tuple[str, ...]

    def singular(self, word: str) -> str:
        """Return a word without its possessive and plural endings."""
        word = word.removesuffix("'s").removesuffix("’s")
        if len(word) < self.shortest_plural:
            return word
        return strip_plural(word, self.endings)

    def singulars(self, name: Sequence[str]) -> frozenset[str]:
        """Return the words of a name without their plural endings, and without its codes."""
        return frozenset(self.singular(word) for word in name if word[0] != "`")

    def is_number(self, token: str) -> bool:
        """Return whether a token is a number, in digits or in words."""
        return token[0].isdecimal() or token.lower() in self.numbers

    def number(self, text: str) -> float:
        """Return the value of a number."""
        if text.lower() in self.numbers:
            return self.numbers[text.lower()]
        return float(text.replace(self.group_mark, "").replace(self.decimal_mark, "."))


@cache
def notation_of(language: Language) -> Notation:
    """Return the numbers and units of a language, ready for the search."""
    quantities, grammar = language.quantities, language.grammar
    group, decimal = re.escape(quantities.group_mark), re.escape(quantities.decimal_mark)
    # a part of a date, version, time, address or range must not match
    amount = (
        rf"(?<![\w.,/:-])\d{{1,12}}(?:{group}\d{{3}}){{0,4}}(?:{decimal}\d{{1,6}})?"
        rf"(?![\w{decimal}/:-]*\d)"
    )
    names = sorted(quantities.numbers, key=len, reverse=True)
    in_words = rf"(?<![\w-])(?i:{'|'.join(map(re.escape, names)) or '(?!)'})(?!\w)"
    return Notation(
        token=re.compile(rf"`[^`]{{1,80}}`|{amount}|{in_words}|[^\W\d_][\w'’-]*|[%.!?;:|,/]"),
        amount_of_things=re.compile(
            rf"{amount}(?:[^\w%.!?;:|,/]*[^\W\d_]|[^\w%.!?;:|,/]*%)|{in_words}[- ]"
        ),
        units={name: (unit.measure, unit.size) for unit in quantities.units for name in unit.names},
        measures=frozenset(unit.measure for unit in quantities.units),
        numbers=quantities.numbers,
        rate_words=frozenset(quantities.rate_words),
        linking=frozenset(quantities.linking),
        examples=frozenset(quantities.examples),
        fillers=frozenset(quantities.fillers),
        group_mark=quantities.group_mark,
        decimal_mark=quantities.decimal_mark,
        endings=grammar.value_endings,
        shortest_plural=grammar.shortest_plural,
        counted_endings=grammar.counted_endings,
    )
