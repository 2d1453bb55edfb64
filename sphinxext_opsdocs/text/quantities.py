"""Values that a text states, each with the words that name it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

__all__ = ["StatedValue", "is_same_value", "stated_values"]

UNITS: dict[str, tuple[str, float]] = {
    **dict.fromkeys(("ms", "millisecond", "msec"), ("time", 0.001)),
    **dict.fromkeys(("s", "sec", "second"), ("time", 1)),
    **dict.fromkeys(("m", "min", "minute"), ("time", 60)),
    **dict.fromkeys(("h", "hr", "hour"), ("time", 3600)),
    "day": ("time", 86_400),
    "week": ("time", 604_800),
    "month": ("months", 1),
    "year": ("months", 12),
    **dict.fromkeys(("%", "percent"), ("share", 1)),
    **dict.fromkeys(("rps", "qps"), ("request per time", 1)),
    **dict.fromkeys(("req", "request"), ("request", 1)),
    **dict.fromkeys(("b", "byte"), ("size", 1)),
    **{f"{p}b": ("size", 1000.0**n) for n, p in enumerate("kmgtp", 1)},
    **{f"{p}ib": ("size", 1024.0**n) for n, p in enumerate("kmgtp", 1)},
}
"""Units of SI and IEC 80000-13: what they measure, and how much of it one is."""
AMOUNT = r"(?<![\w.,/:-])\d{1,12}(?:,\d{3}){0,4}(?:\.\d{1,6})?(?![\w./:-]*\d)"
TOKEN = re.compile(rf"`[^`]{{1,80}}`|{AMOUNT}|[^\W\d_][\w'’-]*|[%.!?;:|,/]")
TELLING = re.compile(rf"{AMOUNT}(?:[^\w%.!?;:|,/]*[^\W\d_]|[^\w%.!?;:|,/]*%)")
"""An amount of something. A bare number tells a value only with a code before it."""
NAMING = re.compile(r"[^\W\d_]{3}")
"""Letters that a code has which names something; others are values themselves."""
VALUE_CODE = re.compile(r"`(\d[\d.,]{0,20}[ ]?[a-zA-Z%]{0,12})`")
"""A value that is written as code; without its marks it has the same offset."""
NUMBER = re.compile(r"\d")
BREAKS = frozenset(".!?;")
NAME_WORDS = 4
"""Words before a value that are taken for its name."""
LEAST_SHARED = 2
LEAST_SHARE = 0.75
PER = ("per", "a", "an", "every", "each", "/")


class StatedValue(NamedTuple):
    """A quantity with its name: words without endings, and codes as written."""

    name: str
    words: frozenset[str]
    codes: frozenset[str]
    last: str
    """The word right before the value, without its ending."""
    code: str
    """The code right before the value, if one is there."""
    quantity: str
    """Amount in a base unit and what it measures: ``60 time``, ``1.5 request per time``."""
    text: str
    """The value as written."""
    offset: int


def is_same_value(one: StatedValue, other: StatedValue) -> bool:
    """Whether both give the same quantity to the same name."""
    if one.quantity != other.quantity:
        return False
    if not one.quantity.partition(" ")[2]:  # a bare number is told by the code before it alone
        return bool(one.code) and one.code == other.code
    if not one.codes.isdisjoint(other.codes):
        return True
    if one.last != other.last:
        return False
    shared = len(one.words & other.words)
    least = min(len(one.words), len(other.words))
    return shared >= LEAST_SHARED and shared / least >= LEAST_SHARE


def stated_values(text: str, plain: Collection[str]) -> Iterator[StatedValue]:
    """The values in one block of text that can be held against others, in order.

    ``plain`` are the words that name nothing. In a row of a table (cells between bars) the first
    cell names the values in the others.
    """
    if not NUMBER.search(text):
        return
    text = VALUE_CODE.sub(r" \1 ", text)
    if "`" not in text and not TELLING.search(text):
        return
    tokens = [(found.group(), found.start()) for found in TOKEN.finditer(text)]
    names: list[str] = []
    first_cell: list[str] | None = None
    index = 0
    while index < len(tokens):
        token, at = tokens[index]
        if token == "|":
            if first_cell is None and names:
                first_cell = list(names)
            names = list(first_cell or ())
        elif token in BREAKS:
            names = []
        elif token[0].isdecimal():
            quantity, index, end = _quantity(tokens, index)
            named = names[-NAME_WORDS:]
            code = named[-1] if named and named[-1][0] == "`" else ""
            is_told = bool(code) or " " in quantity
            if named and is_told and _stem(named[-1]) not in UNITS:  # behind a unit it goes on
                yield StatedValue(
                    " ".join(named),
                    frozenset(_stem(name) for name in named if name[0] != "`"),
                    frozenset(name for name in named if NAMING.search(name) and name[0] == "`"),
                    _stem(named[-1]),
                    code,
                    quantity,
                    " ".join(text[at:end].split()),
                    at,
                )
        elif token[0] == "`" or (token[0].isalpha() and token.lower() not in plain):
            names.append(token if token[0] == "`" else token.lower())
        index += 1


def _quantity(tokens: list[tuple[str, int]], index: int) -> tuple[str, int, int]:
    """The quantity that starts at a number, the index of its last token, and where that ends."""
    amount = float(tokens[index][0].replace(",", ""))
    end = tokens[index][1] + len(tokens[index][0])
    kind, factor = "", 1.0
    if found := _unit(tokens, index + 1):
        kind, factor = found
        index += 1
        end = tokens[index][1] + len(tokens[index][0])
    if kind and index + 2 < len(tokens) and tokens[index + 1][0].lower() in PER:
        per = index + 2
        every = 1.0
        if tokens[per][0][0].isdecimal() and per + 1 < len(tokens):
            every = float(tokens[per][0].replace(",", ""))
            per += 1
        rate = UNITS.get(_stem(tokens[per][0].lower()))
        if rate and every:
            index = per
            end = tokens[per][1] + len(tokens[per][0])
            each = amount * factor / (every * rate[1])
            return f"{each:.12g} {kind} per {rate[0]}", index, end
    return f"{amount * factor:.12g} {kind}".rstrip(), index, end


def _unit(tokens: list[tuple[str, int]], index: int) -> tuple[str, float] | None:
    """What the word behind a number makes it measure: a unit, or things that are counted."""
    if index >= len(tokens):
        return None
    word = tokens[index][0].lower()
    if word in UNITS:
        return UNITS[word]
    stem = _stem(word)
    if stem in UNITS and len(stem) > 1:
        return UNITS[stem]
    return (stem, 1.0) if word.isalpha() and word.endswith("s") and len(word) > 3 else None


def _stem(word: str) -> str:
    """A word without its plural."""
    if len(word) > 3 and word.endswith("ies"):
        return f"{word[:-3]}y"
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
