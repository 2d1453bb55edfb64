"""Writes header fields at the start of a page, in both syntaxes: nothing else changes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

from sphinxext_opsdocs.config.documents import HeaderSettings
from sphinxext_opsdocs.edits.source_text import BYTE_ORDER_MARK, EditError
from sphinxext_opsdocs.facts.model import DocumentFacts

__all__ = ["add_fields", "put_fields"]

FRONT_MATTER = "---"
END_OF_SEARCH = 60
"""Lines at the start of a page among which an empty field is looked for."""
FIELD = re.compile(r":(?![:\s`])[^`]*?:(?:\s|$)")
"""The first line of a field, and not a role."""
EMPTY_FIELD = re.compile(r":?(?P<name>[\w-]+):\s*(?:\"\"|'')?\s*")


def add_fields(lines: Sequence[str], fields: Mapping[str, str], is_myst: bool) -> list[str]:
    """Return the lines of a page with these fields before those that it has.

    A field that is there and empty is filled in.
    """
    first, *rest = lines or [""]
    mark = BYTE_ORDER_MARK if first.startswith(BYTE_ORDER_MARK) else ""
    plain = [first.removeprefix(mark), *rest]
    missing = dict(fields)
    has_header = plain[0].rstrip() == FRONT_MATTER if is_myst else True
    start = 1 if is_myst else _first_field(plain)
    for index in range(start, _end_of_header(plain, start, is_myst) if has_header else 0):
        name = _empty_field(plain[index])
        if name in missing:
            (plain[index],) = _written({name: missing.pop(name)}, is_myst)
    written = _written(missing, is_myst)
    if is_myst and not has_header:
        plain = [FRONT_MATTER, *written, FRONT_MATTER, "", *plain]
    elif written:
        between = () if is_myst or FIELD.match(plain[start]) else ("",)
        plain[start:start] = [*written, *between]
    return [mark + plain[0], *plain[1:]]


def _first_field(lines: Sequence[str]) -> int:
    """The index of the first field of a page, behind comments; 0 for a page without fields."""
    for index, line in enumerate(lines):
        if FIELD.match(line):
            return index
        if line[:1] not in ("", " ", "\t") and not line.startswith(".."):
            break
    return 0


def _end_of_header(lines: Sequence[str], start: int, is_myst: bool) -> int:
    for index in range(start, len(lines)):
        line = lines[index]
        if is_myst and line.rstrip() in (FRONT_MATTER, "..."):
            return index
        if not is_myst and not (FIELD.match(line) or line[:1] in (" ", "\t") or not line.strip()):
            return index
    return len(lines)


def put_fields(
    lines: Sequence[str],
    facts: DocumentFacts,
    values: Mapping[str, str],
    settings: HeaderSettings,
    is_myst: bool,
) -> list[str]:
    """Return the lines of a page with other values of fields; missing ones are added at the end.

    Raises EditError.
    """
    if not facts.header:
        raise EditError("the page has no header; add one")
    given = facts.header.given
    changed = list(lines)
    for name, text in values.items():
        if name in given:
            index = given[name].line - 1
            changed[index] = _with_value(changed[index], settings.typed_names(name), text)
    missing = {name: text for name, text in values.items() if name not in given}
    if any(_empty_field(line) in missing for line in changed[:END_OF_SEARCH]):
        return add_fields(changed, missing, is_myst)
    end = max(place.line for place in given.values())
    while end < len(changed) and changed[end][:1] in (" ", "\t", "-") and _goes_on(changed[end]):
        end += 1
    return [*changed[:end], *_written(missing, is_myst), *changed[end:]]


def _empty_field(line: str) -> str:
    """The name of the field that a line leaves empty, in lower case; empty for any other line."""
    match = EMPTY_FIELD.fullmatch(line)
    return match["name"].lower() if match else ""


def _goes_on(line: str) -> bool:
    """Whether a line continues the value above it, as text or as an item of a list in YAML."""
    return bool(line.strip()) and line.strip() != FRONT_MATTER


def _with_value(line: str, names: Sequence[str], text: str) -> str:
    typed = "|".join(map(re.escape, names))
    # in YAML the value may be quoted, and a comment may follow it: both stay
    changed, count = re.subn(
        rf"((?:{typed})['\"]?\s*:\s*)(['\"]?)([^'\"#]*?)(['\"]?)(\s*(?:#.*)?)\Z",
        lambda match: f"{match[1]}{match[2]}{text}{match[4]}{match[5]}",
        line,
        flags=re.IGNORECASE,
    )
    if not count:
        raise EditError(f'the field "{names[0]}" of the header has a form that cannot be edited')
    return changed


def _written(fields: Mapping[str, str], is_myst: bool) -> list[str]:
    if is_myst:
        # in quotes: YAML reads 2.10 as a number and 2026-11-02 as a date; JSON is YAML
        return [f"{name}: {json.dumps(text, ensure_ascii=False)}" for name, text in fields.items()]
    return [f":{name}: {text}" for name, text in fields.items()]
