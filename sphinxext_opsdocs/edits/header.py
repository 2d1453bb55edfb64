"""Writes header fields at the start of a page, in both syntaxes: nothing else changes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from sphinxext_opsdocs.edits.source_text import BYTE_ORDER_MARK, EditError
from sphinxext_opsdocs.facts.model import DocumentFacts

__all__ = ["add_fields", "set_field"]

FRONT_MATTER = "---"


def add_fields(lines: Sequence[str], fields: Mapping[str, str], is_myst: bool) -> list[str]:
    """Return the lines of a page with these fields before those that it has."""
    first, *rest = lines or [""]
    mark = BYTE_ORDER_MARK if first.startswith(BYTE_ORDER_MARK) else ""
    plain = [first.removeprefix(mark), *rest]
    if is_myst:
        # in quotes: YAML reads 2.10 as a number and 2026-11-02 as a date
        written = [f'{name}: "{text}"' for name, text in fields.items()]
        if plain[0].rstrip() == FRONT_MATTER:
            return [mark + plain[0], *written, *plain[1:]]
        return [mark + FRONT_MATTER, *written, FRONT_MATTER, "", *plain]
    written = [f":{name}: {text}" for name, text in fields.items()]
    between = () if plain[0].startswith(":") else ("",)
    return [mark + written[0], *written[1:], *between, *plain]


def set_field(lines: list[str], facts: DocumentFacts, names: Sequence[str], text: str) -> None:
    """Give a field of the header another value.

    ``names`` are the name of the field and what pages may call it instead. Raises EditError.
    """
    name = names[0]
    if not facts.header or name not in facts.header.given:
        raise EditError(f'the header has no field "{name}"; add one')
    index = facts.header.given[name].line - 1
    typed = "|".join(map(re.escape, names))
    # in YAML the value may be quoted, and a comment may follow it: both stay
    line, count = re.subn(
        rf"((?:{typed})['\"]?\s*:\s*)(['\"]?)([^'\"#]*?)(['\"]?)(\s*(?:#.*)?)\Z",
        lambda match: f"{match[1]}{match[2]}{text}{match[4]}{match[5]}",
        lines[index],
        flags=re.IGNORECASE,
    )
    if not count:
        raise EditError(f'the field "{name}" of the header cannot be edited; change it by hand')
    lines[index] = line
