"""The lines of ``opsdocs.toml`` on which values are, for findings about them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from itertools import chain

__all__ = ["find_value_line"]

ANY_HEADER = re.compile(r"\s*\[")


def find_value_line(text: str, table: Sequence[str], key: str, value: str) -> int:
    """Return the line of a string in a list, or of a table of that name; 1 if it is not found.

    ``find_value_line(text, ("domains", "api"), "paths", "specs/**")`` looks below ``[domains.api]``
    first, and for the first line with that string otherwise.
    """
    # the parser of the standard library has no lines, and a text may name the key in other ways
    lines = text.split("\n")
    header = _header_of((*table, key, value))
    for index, line in enumerate(lines):
        if header.match(line):
            return index + 1
    assigned = re.compile(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=")
    own = list(_lines_of_table(lines, table))
    starts = [index for index in own if assigned.match(lines[index])]
    below = [index for index in own if starts and index >= starts[0]]
    quoted = (json.dumps(value, ensure_ascii=False), f"'{value}'")
    for index in chain(below, range(len(lines))):
        if any(form in lines[index] for form in quoted):
            return index + 1
    return starts[0] + 1 if starts else 1


def _header_of(table: Sequence[str]) -> re.Pattern[str]:
    keys = r"\s*\.\s*".join(rf"[\"']?{re.escape(key)}[\"']?" for key in table)
    return re.compile(rf"\s*\[\s*{keys}\s*\]")


def _lines_of_table(lines: Sequence[str], table: Sequence[str]) -> Iterator[int]:
    """Yield the indices of the lines between the header of a table and the next one."""
    header = _header_of(table)
    is_inside = not table
    for index, line in enumerate(lines):
        if ANY_HEADER.match(line):
            is_inside = bool(table) and header.match(line) is not None
        elif is_inside:
            yield index
