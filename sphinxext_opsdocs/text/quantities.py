"""Values that a text states, each with the words that name it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from sphinxext_opsdocs.text.language_file import Language
from sphinxext_opsdocs.text.notation import Notation, notation_of
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
NAME_WORDS = 6
"""Words before a value that may be its name."""
WORDS_AFTER = 4
"""Words right after a value that may be its name: "a 30-minute idle timeout"."""
NEAREST = 4
"""Words of a name that are compared as a set."""
LABEL_WORDS = 4
LEAST_SHARED = 2
LEAST_SHARE = 0.75
"""Of the words of the shorter name."""
LEAST_TELLING = 10
"""The least number of things that few names have in common."""

Token = tuple[str, int]
"""A word, number, code or mark, and its offset."""


class StatedValue(NamedTuple):
    """A quantity with its name: words in the singular, and codes as written."""

    name: tuple[str, ...]
    """Words in the singular and codes, the nearest to the value first."""
    words: frozenset[str]
    codes: frozenset[str]
    label: str
    """The last of the words before it, as written: part of what a baseline knows it by."""
    code: str
    """The code right before the value; empty where a word stands there."""
    quantity: str
    """Amount in a base unit and the measure: ``60 time``, ``1.5 request per time``."""
    text: str
    """The value as written."""
    is_measured: bool
    """Its unit is one of measure, not a noun for what is counted."""
    start: int
    """Offset of the first character of the value and its name, which may be in another cell."""
    offset: int
    """Offset of the value."""
    end: int
    """Offset of the end of the value and its name."""


class _Quantity(NamedTuple):
    text: str
    """As ``StatedValue.quantity``."""
    last: int
    """Index of its last token."""
    end: int
    """Offset of its end in the text."""


def is_same_value(one: StatedValue, other: StatedValue) -> bool:
    """Return whether both give the same quantity to the same name."""
    if one.quantity != other.quantity:
        return False
    amount, _, measure = one.quantity.partition(" ")
    if not measure:  # so many numbers are equal by chance that only an equal code counts
        return bool(one.code) and one.code == other.code
    if not one.codes.isdisjoint(other.codes):
        return True
    if _has_same_head(one, other) or _has_same_head(other, one):
        return True
    # "200 filters" says more than "200 MB": one more word is enough, unless many have so few
    if not one.is_measured and float(amount) >= LEAST_TELLING and one.words & other.words:
        return True
    nearest = [frozenset(value.name[:NEAREST]) for value in (one, other)]
    shared = len(nearest[0] & nearest[1])
    least = min(map(len, nearest))
    return shared >= LEAST_SHARED and shared / least >= LEAST_SHARE


def _has_same_head(one: StatedValue, other: StatedValue) -> bool:
    """Return whether the words of one right beside its value are in the name of the other.

    "The drain grace period for nodes is 60 s" and "a grace period of 60 s" are such values.
    """
    head = sorted(one.name[:LEAST_SHARED])
    return len(head) == LEAST_SHARED and any(sorted(pair) == head for pair in pairwise(other.name))


def find_stated_values(
    text: str, plain: Collection[str], language: Language
) -> Iterator[StatedValue]:
    """Return the values of one block of text that can be compared with others, in order.

    ``plain`` are words without content, which are never part of a name. In a table row (cells
    between bars) the first cell names the values in the others.
    """
    notation = notation_of(language)
    if not (NUMBER.search(text) or notation.amount_of_things.search(text)):
        return iter(())
    # spaces for the backticks: offsets stay the same
    text = VALUE_CODE.sub(r" \1 ", blank_addresses(text))
    if "`" not in text and not notation.amount_of_things.search(text):
        return iter(())  # a bare number needs a code before it
    tokens = [(match.group(), match.start()) for match in notation.token.finditer(text)]
    return _read_values(text, tokens, plain, notation)


def _read_values(
    text: str, tokens: Sequence[Token], plain: Collection[str], notation: Notation
) -> Iterator[StatedValue]:
    written: list[str] = []
    names: list[Token] = []
    is_example = False
    row_names: list[Token] = []
    row_written: list[str] = []
    index = 0
    while index < len(tokens):
        token, offset = tokens[index]
        if token in MARKS:
            if token == BAR:
                row_names, row_written = (row_names, row_written) if row_names else (names, written)
                names, written = list(row_names), list(row_written)
            else:
                names, written = [], []
                is_example = False
        elif notation.is_number(token):
            quantity = _read_quantity(text, tokens, index, notation)
            value = _name_before(names, quantity, text, offset, notation)
            if value and not is_example:
                yield value._replace(label=" ".join(written[-LABEL_WORDS:]))
            after = _words_after(tokens, quantity.last + 1, plain, notation)
            value = _name_after(after, quantity, text, offset, notation)
            if value and not is_example:
                yield value
            index = quantity.last
        elif token[0] == "`":
            names.append((token, offset))
            written.append(token)
        elif token.lower() in notation.examples:
            is_example = True  # "for example, with a timeout of 60 s": of no thing that there is
        elif token[0].isalpha() and token.lower() not in plain:
            written.append(token.lower())
            if token.lower() not in notation.linking:
                names.append((token.lower(), offset))
        index += 1


def _is_plain(token: str, plain: Collection[str], notation: Notation) -> bool:
    word = token.lower()
    return word in plain or word in notation.linking


def _name_before(
    names: Sequence[Token], quantity: _Quantity, text: str, offset: int, notation: Notation
) -> StatedValue | None:
    """Return a quantity under the last of the words before it; None for one without a name."""
    if not names:
        return None
    name = [word for word, _ in names[-NAME_WORDS:]]
    code = name[-1] if name[-1][0] == "`" else ""
    has_unit = " " in quantity.text
    # "1 h 30 min": the second number continues the value before it
    if notation.singular(name[-1]) in notation.units or not (code or has_unit):
        return None
    start = names[-NAME_WORDS:][0][1]
    name.reverse()
    return _named(name, code, quantity, text, notation, (start, offset, quantity.end))


def _words_after(
    tokens: Sequence[Token], first: int, plain: Collection[str], notation: Notation
) -> Sequence[Token]:
    """Return the words right after a value that may be its name."""
    words: list[Token] = []
    for token, offset in tokens[first : first + WORDS_AFTER]:
        is_word = token[0] == "`" or token[0].isalpha()
        if not is_word or notation.is_number(token) or _is_plain(token, plain, notation):
            break
        words.append((token.lower(), offset))
    return words


def _name_after(
    names: Sequence[Token], quantity: _Quantity, text: str, offset: int, notation: Notation
) -> StatedValue | None:
    """Return a quantity under the words after it; None for fewer than two, or without a unit."""
    if len(names) < LEAST_SHARED or " " not in quantity.text:
        return None
    name = [word for word, _ in names]
    last, start = names[-1]
    return _named(name, "", quantity, text, notation, (offset, offset, start + len(last)))


def _named(
    name: Sequence[str],
    code: str,
    quantity: _Quantity,
    text: str,
    notation: Notation,
    place: tuple[int, int, int],
) -> StatedValue:
    start, offset, end = place
    return StatedValue(
        name=tuple(map(notation.singular, name)),
        words=notation.singulars(name),
        codes=frozenset(word for word in name if NAMING.search(word) and word[0] == "`"),
        label=" ".join(name),
        code=code,
        quantity=quantity.text,
        text=" ".join(text[offset : quantity.end].split()),
        is_measured=quantity.text.partition(" ")[2].partition(" per ")[0] in notation.measures,
        start=start,
        offset=offset,
        end=end,
    )


def _read_quantity(text: str, tokens: Sequence[Token], index: int, notation: Notation) -> _Quantity:
    """Return the quantity that starts at a number: a bare number, an amount or a rate."""
    amount, index = _read_number(tokens, index, notation)
    following = tokens[index + 1 : index + 2]
    is_compound = bool(following) and text[_end(tokens, index) : following[0][1]] == "-"
    unit = _read_unit(tokens, index + 1, notation, is_compound)
    noun = _skip_adjective(tokens, index + 1, notation)
    if not unit and noun > index + 1:
        index = noun - 1
        unit = _read_unit(tokens, noun, notation, is_compound)
    if not unit:
        return _Quantity(f"{amount:.12g}", index, _end(tokens, index))
    measure, size = unit
    amount *= size
    index += 1
    if tokens[index][0].lower() in notation.fillers:  # "half an hour"
        index += 1
    rate = _read_rate(tokens, index + 1, notation)
    if not rate:
        return _Quantity(f"{amount:.12g} {measure}", index, _end(tokens, index))
    divisor, divisor_measure, last = rate
    quotient = f"{amount / divisor:.12g} {measure} per {divisor_measure}"
    return _Quantity(quotient, last, _end(tokens, last))


def _read_number(tokens: Sequence[Token], index: int, notation: Notation) -> tuple[float, int]:
    """Return the number that starts at a token, and the index of its last token."""
    amount = notation.number(tokens[index][0])
    while index + 1 < len(tokens) and tokens[index + 1][0].lower() in notation.numbers:
        following = notation.numbers[tokens[index + 1][0].lower()]
        is_word = tokens[index][0].lower() in notation.numbers
        if following < 1 or (following < amount and not is_word):
            break
        # "twenty-five", "two hundred"
        amount = amount + following if following < amount else amount * following
        index += 1
    return amount, index


def _read_rate(
    tokens: Sequence[Token], index: int, notation: Notation
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
    tokens: Sequence[Token], index: int, notation: Notation, is_compound: bool
) -> tuple[str, float] | None:
    """Return measure and size of the word after a number: a unit, or a plural that it counts.

    In a compound ("the 8-worker pool") what is counted is in the singular.
    """
    while index < len(tokens) and tokens[index][0].lower() in notation.fillers:
        index += 1
    if index >= len(tokens):
        return None
    word = tokens[index][0].lower()
    if word in notation.units:
        return notation.units[word]
    singular = notation.singular(word)
    if singular in notation.units and len(singular) > 1:
        return notation.units[singular]
    is_counted = word.isalpha() and (is_compound or word.endswith(notation.counted_endings))
    if is_counted and len(word) >= notation.shortest_plural:
        return singular, 1.0
    return None


def _skip_adjective(tokens: Sequence[Token], index: int, notation: Notation) -> int:
    """Return the index of the noun of what is counted: "1,000 undelivered readings"."""
    following = [token for token, _ in tokens[index : index + 2]]
    if len(following) == 2 and all(word.isalpha() for word in following):
        noun = following[1].lower()
        if len(noun) >= notation.shortest_plural and noun.endswith(notation.counted_endings):
            return index + 1
    return index


def _end(tokens: Sequence[Token], index: int) -> int:
    """Return the offset of the end of a token."""
    text, start = tokens[index]
    return start + len(text)
