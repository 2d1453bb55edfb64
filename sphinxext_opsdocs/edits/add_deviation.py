"""Adds a deviation to a page, in source text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from sphinxext_opsdocs.config.schema import DOMAIN_PREFIX
from sphinxext_opsdocs.edits.directive import ADORNMENT
from sphinxext_opsdocs.edits.resolve_deviation import HISTORY, LABEL
from sphinxext_opsdocs.edits.source_text import EditError, SourceText
from sphinxext_opsdocs.facts.model import DocumentFacts, Section

__all__ = ["add_deviation", "next_id", "section_titled"]

PRELUDE = re.compile(r"\.\. (?:_|index::|rst-class::|class::|role::|highlight::|meta::)|%")
"""What stands before a title and belongs to it, or is nowhere to be seen."""
FENCE = re.compile(r"`+|~+")
NUMBERED = re.compile(r"(?P<prefix>.*?)(?P<number>\d+)")
FIRST_ID = "DEV-0001"
DIRECTIVE = "observed-deviation"


def next_id(ids: Iterable[str]) -> str:
    """Return the id after the highest of those with the most common prefix; DEV-0001 for none."""
    numbers: dict[str, list[str]] = {}
    for name in ids:
        if match := NUMBERED.fullmatch(name):
            numbers.setdefault(match["prefix"], []).append(match["number"])
    if not numbers:
        return FIRST_ID
    prefix = max(numbers, key=lambda each: len(numbers[each]))
    highest = max(numbers[prefix], key=int)
    return f"{prefix}{int(highest) + 1:0{len(highest)}}"


def section_titled(facts: DocumentFacts, title: str) -> Section:
    """Return the section of a page with this title. Raises EditError without one."""
    for section in facts.sections:
        if section.title.casefold() == title.casefold():
            return section
    titles = ", ".join(f'"{section.title}"' for section in facts.sections)
    raise EditError(f'"{facts.docname}" has no section "{title}", only {titles}')


def add_deviation(
    source: SourceText,
    facts: DocumentFacts,
    title: str,
    options: Mapping[str, str],
    text: str,
    section: Section | None,
    has_short_names: bool,
) -> list[str]:
    """Return the lines of a page with a deviation at the end of a section.

    Without a section it is at the end of the page, but before its resolved deviations.
    """
    is_myst = source.path.suffix == ".md"
    name = DIRECTIVE if has_short_names else f"{DOMAIN_PREFIX}{DIRECTIVE}"
    fields = [f":{option}: {value}" for option, value in options.items() if value]
    title, body = " ".join(title.split()), text.splitlines() or [""]
    if is_myst:
        # a fence of back-ticks may have none of them in its first line
        marks = "~" if "`" in title else "`"
        fence = marks * max(3, 1 + max(map(len, FENCE.findall(text)), default=0))
        block = [f"{fence}{{{name}}} {title}", *fields, "", *body, fence]
    else:
        content = [*fields, "", *body]
        block = [f".. {name}:: {title}", *(f"   {line}".rstrip() for line in content)]
    lines = source.lines
    end = _end_of(lines, facts, section)
    before = list(lines[:end])
    while before and not before[-1].strip():
        before.pop()
    # the blank lines that end the section stay
    return [*before, "", *block, *(lines[len(before) :] or ("",))]


def _end_of(lines: Sequence[str], facts: DocumentFacts, section: Section | None) -> int:
    """The index of the line where the next section starts, with its labels; else behind all."""
    below = [each for each in facts.sections if each.place.path == facts.path]
    if section is None:
        following = [each for each in below if each.title == HISTORY]
    else:
        following = [each for each in below if each.place.line > section.place.line]
    if not following:
        return len(lines)
    index = min(each.place.line for each in following) - 1
    # the line over a title, if its place is the title itself
    if index and lines[index - 1].strip() and ADORNMENT.match(lines[index - 1]):
        index -= 1
    while index and (end := _end_before_prelude(lines, index)) != index:
        index = end
    return index


def _end_before_prelude(lines: Sequence[str], index: int) -> int:
    """The index without what belongs to a title below it: blank lines, a label, a class."""
    if not lines[index - 1].strip() or LABEL.fullmatch(lines[index - 1]):
        return index - 1
    first = index - 1
    while first and lines[first][:1] in (" ", "\t") and lines[first].strip():
        first -= 1
    return first if PRELUDE.match(lines[first]) else index
