"""The lines of a file that the lines of a parser come from.

Editors and reports count line feeds. docutils counts ``str.splitlines``, which also splits at
separators of Unicode, and it counts a part of an included file from 1.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

__all__ = [
    "BREAKS",
    "Clip",
    "at_line",
    "match_lines",
    "number_clipped_lines",
    "number_lines",
    "number_rst_lines",
]

BREAKS = re.compile("[\v\f\x1c-\x1e\x85\u2028\u2029]")
"""Where ``str.splitlines`` splits a text besides line feeds."""
SPACES = re.compile("[\v\f]")
"""docutils makes spaces of them before it splits a text (``string2lines``)."""


class Clip(NamedTuple):
    """The part of a file that an ``include`` names, as in its options."""

    start_line: int | None = None
    end_line: int | None = None
    start_after: str = ""
    end_before: str = ""


def number_lines(text: str) -> list[int]:
    """Return the line of a text, from 1, that each line of ``str.splitlines`` is on."""
    numbers: list[int] = []
    line = 1
    for part in text.splitlines(keepends=True):
        numbers.append(line)
        line += part.endswith("\n")
    return numbers


def number_rst_lines(text: str) -> list[int]:
    """Return the line of a text that each line of docutils is on."""
    return number_lines(SPACES.sub(" ", text))


def number_clipped_lines(text: str, clip: Clip) -> list[int]:
    """Return the line of a file that each line is on which docutils reads from a part of it."""
    numbers = list(range(1, text.count("\n") + 2))
    # in the order of docutils: whole lines first, and in their text the marks
    if clip.start_line or clip.end_line is not None:
        lines = slice(clip.start_line, clip.end_line)
        numbers = number_lines(text)[lines]
        text = "\n".join(text.splitlines()[lines])
    start, end = 0, len(text)
    if clip.start_after:
        start = max(text.find(clip.start_after), 0) + len(clip.start_after)
    if clip.end_before:
        found = text.find(clip.end_before, start)
        end = found if found >= 0 else end
    lines_before = text.count("\n", 0, start)
    return [numbers[lines_before + line - 1] for line in number_rst_lines(text[start:end])]


def match_lines(changed: str, original: str) -> list[int]:
    """Return the line of the original text that each line of a changed text comes from.

    A line that was added stands where it was added.
    """
    lines, original_lines = changed.split("\n"), original.split("\n")
    numbers: list[int] = []
    for _, first, end, other, other_end in SequenceMatcher(
        None, lines, original_lines
    ).get_opcodes():
        last = max(other_end, other + 1)
        numbers += [min(other + 1 + offset, last) for offset in range(end - first)]
    return [min(number, len(original_lines)) for number in numbers]


def at_line(numbers: Sequence[int], line: int) -> int:
    """Return the number of a line, from 1; lines behind the last one belong to it."""
    return numbers[min(line, len(numbers)) - 1] if numbers else line
