"""Gives a page a new version and an entry in its change history, in source text."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sphinxext_opsdocs.config.documents import HeaderSettings
from sphinxext_opsdocs.config.schema import DOMAIN_PREFIX
from sphinxext_opsdocs.edits.directive import ADORNMENT
from sphinxext_opsdocs.edits.header import put_fields
from sphinxext_opsdocs.edits.source_text import EditError, SourceText
from sphinxext_opsdocs.facts.model import Change, DocumentFacts

__all__ = ["bump_version", "next_version"]

LAST_NUMBER = re.compile(r"\d+(?=\D*\Z)")


def next_version(version: str) -> str:
    """Return a version with its last number raised by one; 1.0 for none. Raises EditError."""
    if not version:
        return "1.0"
    if not LAST_NUMBER.search(version):
        raise EditError(f'version "{version}" has no number to raise; give --version')
    return LAST_NUMBER.sub(lambda number: str(int(number[0]) + 1), version)


def bump_version(
    source: SourceText,
    facts: DocumentFacts,
    change: Change,
    is_reviewed: bool,
    has_short_names: bool,
    header: HeaderSettings,
) -> list[str]:
    """Return the lines of a page with the version of a change in its header, and its entry.

    If the page was reviewed, its ``last-reviewed`` becomes the date of the change. Without short
    names the directive has the prefix that always works. Raises EditError.
    """
    is_myst = source.path.suffix == ".md"
    values = {"version": change.version}
    if is_reviewed:
        values["last-reviewed"] = change.date
    # counted from the end: the header above can get more fields
    start = _entry_line(source.lines, facts, is_myst) - len(source.lines)
    lines = put_fields(source.lines, facts, values, header, is_myst)
    start += len(lines)
    name = "document-change" if has_short_names else f"{DOMAIN_PREFIX}document-change"
    entry = _write_entry(name, change, is_myst)
    following = next((line for line in lines[start:] if line.strip()), "")
    if not is_myst and following[:1] in (" ", "\t"):
        entry += ["", ".."]  # an indented quotation would become part of the entry
    return [*lines[:start], *entry, "", *lines[start:]]


def _write_entry(name: str, change: Change, is_myst: bool) -> list[str]:
    options = [f":date: {change.date}", f":why: {change.why}"]
    if is_myst:
        return [f"```{{{name}}} {change.version}", *options, "", change.what, "```"]
    content = [*options, "", change.what]
    return [
        f".. {name}:: {change.version}",
        *(f"   {line}".rstrip() for line in content),
    ]


def _entry_line(lines: Sequence[str], facts: DocumentFacts, is_myst: bool) -> int:
    """Return the index where the entry goes: before the first entry, else below the title."""
    # Entries of an included file have lines of that file.
    entries = [entry.place.line - 1 for entry in facts.changes if entry.place.path == facts.path]
    if entries:
        return min(entries)
    index = _index_below_title(lines, facts, is_myst)
    while index < len(lines) and not lines[index].strip():
        index += 1
    return index


def _index_below_title(lines: Sequence[str], facts: DocumentFacts, is_myst: bool) -> int:
    """Return the index of the line below the title of a page. Raises EditError."""
    title = facts.sections[0].place if facts.sections else None
    if not title or title.path != facts.path or title.line > len(lines):
        raise EditError("the page has no title to put the entry below; add one")
    index = title.line - 1
    if is_myst and lines[index].lstrip().startswith("#"):
        return index + 1
    # The place of a title is its text or its overline, and a title of MyST with an underline can
    # have several lines.
    while index + 1 < len(lines) and not ADORNMENT.match(lines[index + 1]):
        index += 1
    return index + 2
