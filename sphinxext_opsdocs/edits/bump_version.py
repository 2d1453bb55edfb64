"""Gives a page another version and an entry of its change history, in source text."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sphinxext_opsdocs.edits.directive import ADORNMENT, EditError, SourceText
from sphinxext_opsdocs.facts.model import Change, DocumentFacts

__all__ = ["changed_lines", "next_version"]

LAST_NUMBER = re.compile(r"\d+(?=\D*\Z)")


def next_version(version: str) -> str:
    """The version with its last number one higher; 1.0 for none. Raises EditError."""
    if not version:
        return "1.0"
    if not LAST_NUMBER.search(version):
        raise EditError(f'version "{version}" has no number to raise; give --version')
    return LAST_NUMBER.sub(lambda number: str(int(number[0]) + 1), version)


def changed_lines(
    source: SourceText, facts: DocumentFacts, change: Change, is_reviewed: bool
) -> list[str]:
    """The file with the version of a change in its header, and the entry.

    Where it was reviewed, its ``last-reviewed`` is the day of the change. Raises EditError.
    """
    is_myst = source.path.suffix == ".md"
    lines = list(source.lines)
    _set_field(lines, facts, "version", change.version)
    if is_reviewed:
        _set_field(lines, facts, "last-reviewed", change.date)
    first = _place(lines, facts, is_myst)
    entry = _entry(change, is_myst)
    return [*lines[:first], *entry, "", *lines[first:]]


def _set_field(lines: list[str], facts: DocumentFacts, name: str, text: str) -> None:
    """Give a field of the header another value. Raises EditError."""
    given = facts.header.given if facts.header else {}
    if name not in given:
        raise EditError(f"the header has no {name}: add one")
    at = given[name].line - 1
    made, count = re.subn(
        rf"({name}\s*:\s*)(['\"]?)[^'\"#]*?(['\"]?)(\s*(?:#.*)?)\Z",
        lambda m: f"{m[1]}{m[2]}{text}{m[3]}{m[4]}",
        lines[at],
        flags=re.IGNORECASE,
    )
    if not count:
        raise EditError(f"its {name} cannot be found in the header")
    lines[at] = made


def _entry(change: Change, is_myst: bool) -> list[str]:
    options = [f":date: {change.date}", f":why: {change.why}"]
    if is_myst:
        return [f"```{{document-change}} {change.version}", *options, "", change.what, "```"]
    inner = [*options, "", change.what]
    return [f".. document-change:: {change.version}", *(f"   {x}".rstrip() for x in inner)]


def _place(lines: Sequence[str], facts: DocumentFacts, is_myst: bool) -> int:
    """Where the entry goes: before the first one there is, else below the title."""
    own = [entry.place.line - 1 for entry in facts.changes if entry.place.path == facts.path]
    if own:
        return min(own)
    at = _below_title(lines, facts, is_myst)
    while at < len(lines) and not lines[at].strip():
        at += 1
    return at


def _below_title(lines: Sequence[str], facts: DocumentFacts, is_myst: bool) -> int:
    top = facts.sections[0].place if facts.sections else None
    if not top or top.path != facts.path or top.line > len(lines):
        raise EditError("the page has no title to put the entry below")
    at = top.line - 1
    if is_myst and lines[at].lstrip().startswith("#"):
        return at + 1
    while at + 1 < len(lines) and not ADORNMENT.match(lines[at + 1]):
        at += 1  # a title of MyST can have several lines, one of reStructuredText an overline
    return at + 2
