"""Values that a text states, each with the words that name it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from sphinxext_opsdocs.text.inflection import strip_plural
from sphinxext_opsdocs.text.language_file import Language
from sphinxext_opsdocs.text.language_tables import Endings
from sphinxext_opsdocs.text.urls import blank_addresses

__all__ = ["BAR", "StatedValue", "find_stated_values", "is_same_value"]

NAMING = re.compile(r"[^\W\d_]{3}")
"""Letters of a code that is a name; a code without them is a value itself."""
VALUE_CODE = re.compile(r"`(\d[\d.,]{0,20}[ ]?[a-zA-Z%]{0,12})`")
"""A value that is written as code."""
NUMBER = re.compile(r"\d")
BREAKS = frozenset(".!?;")
BAR = "|"
"""Between two cells of a table row."""
MARKS = BREAKS | {BAR}
NAME_WORDS = 4
"""Words before a value that are its name."""
LEAST_SHARED = 2
LEAST_SHARE = 0.75

Token = tuple[str, int]
"""A word, number, code or mark, and its offset."""


class StatedValue(NamedTuple):
    """A quantity with its name: words in the singular, and codes as written."""

    name: str
    words: frozenset[str]
    codes: frozenset[str]
    last: str
    """The last word of the name, in the singular."""
    code: str
    """The code right before the value; empty where a word stands there."""
    quantity: str
    """Amount in a base unit and the measure: ``60 time``, ``1.5 request per time``."""
    text: str
    """The value as written."""
    offset: int
    name_offset: int
    """Offset of the first word of the name; with the value, it may be in another cell."""
    end: int
    """Offset of the end of the value."""


class _Quantity(NamedTuple):
    text: str
    """As ``StatedValue.quantity``."""
    last: int
    """Index of its last token."""
    end: int
    """Offset of its end in the text."""


class _Notation(NamedTuple):
    """The numbers and units of a language, ready for the search."""

    token: re.Pattern[str]
    amount_of_things: re.Pattern[str]
    """A number before a word or percent sign."""
    units: Mapping[str, tuple[str, float]]
    """Name of a unit -> its measure and its size in the base unit."""
    rate_words: frozenset[str]
    group_mark: str
    decimal_mark: str
    endings: Endings
    shortest_plural: int
    counted_endings: tuple[str, ...]

    def singular(self, word: str) -> str:
        """Return a word without its plural ending."""
        if len(word) < self.shortest_plural:
            return word
        return strip_plural(word, self.endings)

    def singulars(self, name: Sequence[str]) -> frozenset[str]:
        """Return the words of a name without their plural endings, and without its codes."""
        return frozenset(self.singular(word) for word in name if word[0] != "`")

    def number(self, text: str) -> float:
        """Return the value of a number."""
        return float(text.replace(self.group_mark, "").replace(self.decimal_mark, "."))


@cache
def _notation(language: Language) -> _Notation:
    quantities, grammar = language.quantities, language.grammar
    group, decimal = re.escape(quantities.group_mark), re.escape(quantities.decimal_mark)
    # a part of a date, version, time, address or range must not match
    amount = (
        rf"(?<![\w.,/:-])\d{{1,12}}(?:{group}\d{{3}}){{0,4}}(?:{decimal}\d{{1,6}})?"
        rf"(?![\w{decimal}/:-]*\d)"
    )
    return _Notation(
        token=re.compile(rf"`[^`]{{1,80}}`|{amount}|[^\W\d_][\w'’-]*|[%.!?;:|,/]"),
        amount_of_things=re.compile(rf"{amount}(?:[^\w%.!?;:|,/]*[^\W\d_]|[^\w%.!?;:|,/]*%)"),
        units={name: (unit.measure, unit.size) for unit in quantities.units for name in unit.names},
        rate_words=frozenset(quantities.rate_words),
        group_mark=quantities.group_mark,
        decimal_mark=quantities.decimal_mark,
        endings=grammar.value_endings,
        shortest_plural=grammar.shortest_plural,
        counted_endings=grammar.counted_endings,
    )


def is_same_value(one: StatedValue, other: StatedValue) -> bool:
    """Return whether both give the same quantity to the same name."""
    if one.quantity != other.quantity:
        return False
    has_unit = " " in one.quantity
    if not has_unit:  # so many numbers are equal by chance that only an equal code counts
        return bool(one.code) and one.code == other.code
    if not one.codes.isdisjoint(other.codes):
        return True
    if one.last != other.last:
        return False
    shared = len(one.words & other.words)
    least = min(len(one.words), len(other.words))
    return shared >= LEAST_SHARED and shared / least >= LEAST_SHARE


def find_stated_values(
    text: str, plain: Collection[str], language: Language
) -> Iterator[StatedValue]:
    """Return the values of one block of text that can be compared with others, in order.

    ``plain`` are words without content, which are never part of a name. In a table row (cells
    between bars) the first cell names the values in the others.
    """
    if not NUMBER.search(text):
        return iter(())
    notation = _notation(language)
    # spaces for the backticks: offsets stay the same
    text = VALUE_CODE.sub(r" \1 ", blank_addresses(text))
    if "`" not in text and not notation.amount_of_things.search(text):
        return iter(())  # a bare number needs a code before it
    tokens = [(match.group(), match.start()) for match in notation.token.finditer(text)]
    return _read_values(text, tokens, plain, notation)


def _read_values(
    text: str, tokens: Sequence[Token], plain: Collection[str], notation: _Notation
) -> Iterator[StatedValue]:
    names: list[Token] = []
    row_names: list[Token] = []
    index = 0
    while index < len(tokens):
        token, offset = tokens[index]
        if token in MARKS:
            if token == BAR:
                row_names = row_names or names
                names = list(row_names)
            else:
                names = []
        elif token[0].isdecimal():
            quantity = _read_quantity(tokens, index, notation)
            if value := _name_value(names, quantity, text, offset, notation):
                yield value
            index = quantity.last
        elif token[0] == "`":
            names.append((token, offset))
        elif token[0].isalpha() and token.lower() not in plain:
            names.append((token.lower(), offset))
        index += 1


def _name_value(
    names: Sequence[Token], quantity: _Quantity, text: str, offset: int, notation: _Notation
) -> StatedValue | None:
    """Return a quantity under the last of the words before it; None for one without a name."""
    if not names:
        return None
    name = [word for word, _ in names[-NAME_WORDS:]]
    last = notation.singular(name[-1])
    code = name[-1] if name[-1][0] == "`" else ""
    has_unit = " " in quantity.text
    # "1 h 30 min": the second number continues the value before it
    if last in notation.units or not (code or has_unit):
        return None
    return StatedValue(
        name=" ".join(name),
        words=notation.singulars(name),
        codes=frozenset(word for word in name if NAMING.search(word) and word[0] == "`"),
        last=last,
        code=code,
        quantity=quantity.text,
        text=" ".join(text[offset : quantity.end].split()),
        offset=offset,
        name_offset=names[-NAME_WORDS:][0][1],
        end=quantity.end,
    )


def _read_quantity(tokens: Sequence[Token], index: int, notation: _Notation) -> _Quantity:
    """Return the quantity that starts at a number: a bare number, an amount or a rate."""
    amount = notation.number(tokens[index][0])
    unit = _read_unit(tokens, index + 1, notation)
    if not unit:
        return _Quantity(f"{amount:.12g}", index, _end(tokens, index))
    measure, size = unit
    amount *= size
    index += 1
    rate = _read_rate(tokens, index + 1, notation)
    if not rate:
        return _Quantity(f"{amount:.12g} {measure}", index, _end(tokens, index))
    divisor, divisor_measure, last = rate
    text = f"{amount / divisor:.12g} {measure} per {divisor_measure}"
    return _Quantity(text, last, _end(tokens, last))


def _read_rate(
    tokens: Sequence[Token], index: int, notation: _Notation
) -> tuple[float, str, int] | None:
    """Return what an amount is divided by ("per 10 seconds"), its measure and its last token."""
    if index + 1 >= len(tokens) or tokens[index][0].lower() not in notation.rate_words:
        return None
    index += 1
    count = 1.0
    if tokens[index][0][0].isdecimal() and index + 1 < len(tokens):
        count = notation.number(tokens[index][0])
        index += 1
    unit = notation.units.get(notation.singular(tokens[index][0].lower()))
    if not unit or not count:
        return None
    measure, size = unit
    return count * size, measure, index


def _read_unit(
    tokens: Sequence[Token], index: int, notation: _Notation
) -> tuple[str, float] | None:
    """Return measure and size of the word after a number: a unit, or a plural that it counts."""
    if index >= len(tokens):
        return None
    word = tokens[index][0].lower()
    if word in notation.units:
        return notation.units[word]
    singular = notation.singular(word)
    if singular in notation.units and len(singular) > 1:
        return notation.units[singular]
    is_counted = word.isalpha() and word.endswith(notation.counted_endings)
    if is_counted and len(word) >= notation.shortest_plural:
        return singular, 1.0
    return None


def _end(tokens: Sequence[Token], index: int) -> int:
    """Return the offset of the end of a token."""
    text, start = tokens[index]
    return start + len(text)
