"""Adds a directive to a page, in source text."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sphinxext_opsdocs.config.schema import DOMAIN_PREFIX
from sphinxext_opsdocs.edits.directive import ADORNMENT, find_directive
from sphinxext_opsdocs.edits.resolve_deviation import LABEL
from sphinxext_opsdocs.edits.source_text import EditError, SourceText
from sphinxext_opsdocs.facts.model import DocumentFacts, Place, Section
from sphinxext_opsdocs.facts.records import HISTORY

__all__ = ["NewDirective", "add_directive", "section_titled"]

PRELUDE = re.compile(r"\.\. (?:_|index::|rst-class::|class::|role::|highlight::|meta::)|%")
"""What stands before a title and belongs to it, or is nowhere to be seen."""
FENCE = re.compile(r"`+|~+")


class NewDirective(NamedTuple):
    """A directive as it is to be read: with options that have a value, and lines of text."""

    name: str
    argument: str
    options: Mapping[str, str]
    text: str = ""


def section_titled(facts: DocumentFacts, title: str) -> Section:
    """Return the section of a page with this title. Raises EditError without one."""
    for section in facts.sections:
        if section.title.casefold() == title.casefold():
            return section
    titles = ", ".join(f'"{section.title}"' for section in facts.sections)
    raise EditError(f'"{facts.docname}" has no section "{title}", only {titles}')


def add_directive(
    source: SourceText,
    facts: DocumentFacts,
    directive: NewDirective,
    section: Section | None,
    has_short_names: bool,
    after: Place | None = None,
) -> list[str]:
    """Return the lines of a page with a directive at the end of a section.

    It is ``after`` another directive of its name where that is given, whatever the section. With
    neither, it is at the end of the page, but before its resolved deviations. Raises EditError.
    """
    block = _written(directive, source.path.suffix == ".md", has_short_names)
    lines = source.lines
    if after and after.path == facts.path:
        end = find_directive(source, after.line, directive.name).end
    else:
        end = _end_of(lines, facts, section)
    before = list(lines[:end])
    while before and not before[-1].strip():
        before.pop()
    # the blank lines that end the section stay
    return [*before, "", *block, *(lines[len(before) :] or ("",))]


def _written(directive: NewDirective, is_myst: bool, has_short_names: bool) -> list[str]:
    name = directive.name if has_short_names else f"{DOMAIN_PREFIX}{directive.name}"
    fields = [f":{option}: {value}" for option, value in directive.options.items() if value]
    argument, text = " ".join(directive.argument.split()), directive.text
    body = ["", *text.splitlines()] if text else []
    if is_myst:
        # a fence of back-ticks may have none of them in its first line
        marks = "~" if "`" in argument else "`"
        fence = marks * max(3, 1 + max(map(len, FENCE.findall(text)), default=0))
        return [f"{fence}{{{name}}} {argument}", *fields, *body, fence]
    content = (f"   {line}".rstrip() for line in (*fields, *body))
    return [f".. {name}:: {argument}", *content]


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
