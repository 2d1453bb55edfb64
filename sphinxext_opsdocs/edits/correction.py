"""Writes the only right answer to a finding into its line."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sphinxext_opsdocs.edits.source_text import EditError
from sphinxext_opsdocs.facts.model import Fix, Header, Place

__all__ = ["correct", "order_fields"]

MOST_LINES = 3
"""A target can stand on a line below that of its directive or sentence."""


def correct(lines: list[str], place: Place, fix: Fix) -> None:
    """Replace a text on the line of a finding, or on the next ones. Raises EditError.

    It must stand there once, as a whole word: of two, a person has to choose.
    """
    word = re.compile(rf"(?<![\w/#.-]){re.escape(fix.old)}(?![\w/#-])", re.IGNORECASE)
    found = [
        (index, *match.span())
        for index in range(place.line - 1, min(place.line - 1 + MOST_LINES, len(lines)))
        for match in word.finditer(lines[index])
    ]
    where = f"{place.path}:{place.line}"
    if len(found) > 1 and found[0][0] == found[1][0]:
        raise EditError(f'{where} has "{fix.old}" more than once')
    if len(found) > 1 and found[0][0] != place.line - 1:
        raise EditError(f'"{fix.old}" is on several lines below {where}')
    if not found:
        raise EditError(f'{where} does not have "{fix.old}" as it was read')
    index, start, end = found[0]
    lines[index] = f"{lines[index][:start]}{fix.new}{lines[index][end:]}"


def order_fields(lines: Sequence[str], header: Header, names: Sequence[str]) -> list[str]:
    """Return the lines of a page with the fields of its header in this order, others behind.

    Raises EditError for a header with something else between its fields.
    """
    starts = sorted(place.line - 1 for place in header.given.values())
    first, last = starts[0], starts[-1]
    while last + 1 < len(lines) and lines[last + 1][:1] in (" ", "\t") and lines[last + 1].strip():
        last += 1
    blocks: dict[int, list[str]] = {}
    for index in range(first, last + 1):
        if index in starts:
            blocks[index] = [lines[index]]
        elif lines[index][:1] in (" ", "\t") and lines[index].strip():
            blocks[max(blocks)].append(lines[index])
        else:
            raise EditError("its header has other lines between the fields")
    at = {place.line - 1: name for name, place in header.given.items()}
    ranks = {name: rank for rank, name in enumerate(names)}
    ordered = sorted(blocks, key=lambda index: ranks.get(at[index], len(ranks)))
    moved = [line for index in ordered for line in blocks[index]]
    return [*lines[:first], *moved, *lines[last + 1 :]]
