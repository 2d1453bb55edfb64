"""Resolves a deviation in source text: out of the procedure, kept as history."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sphinxext_opsdocs.edits.directive import (
    ADORNMENT,
    Directive,
    find_directive,
    indent_width,
    with_options,
)
from sphinxext_opsdocs.edits.source_text import EditError, SourceText
from sphinxext_opsdocs.facts.model import DocumentFacts, Place
from sphinxext_opsdocs.facts.records import HISTORY

__all__ = ["LABEL", "read_observation", "resolve_deviation"]

"""Title of the section that keeps them, at the end of their page."""
LABEL = re.compile(r"\s*(?:\.\. _[^:]+:|\([^()]+\)=)\s*")
"""A line with a label, in either syntax."""
INLINE_MARKUP = re.compile(r"[`*]+")
MYST_HISTORY = re.compile(rf"## {HISTORY}(?: #+)?\s*")
FREE_ADORNMENTS = "-~^"
"""Characters for the first section of a page, in the order of preference."""


class _Title(NamedTuple):
    """A title of reStructuredText."""

    text: str
    adornment: str
    """The character of the line below it."""
    has_overline: bool


def resolve_deviation(
    source: SourceText, place: Place, day: str, facts: DocumentFacts, into_history: bool
) -> list[str]:
    """Return the lines of a file with a deviation resolved on a day, without its workarounds.

    With ``into_history`` the deviation goes to the section of resolved deviations of its page,
    whose ``facts`` are given; the section is added if there is none. Raises EditError.
    """
    directive = find_directive(source, place.line, "observed-deviation")
    lines = with_options(source.lines, directive, {"state": "resolved", "resolved": day})
    added = len(lines) - len(source.lines)
    end = directive.end + added
    workarounds = {index + added for index in _workaround_lines(source, directive, place, facts)}
    block = [lines[index] for index in range(directive.first, end) if index not in workarounds]
    if not into_history:
        return [*lines[: directive.first], *block, *lines[end:]]
    is_myst = bool(directive.fence)
    # A page can contain a block of the other syntax (eval-rst in MyST); its last section cannot.
    if (source.path.suffix, is_myst) in ((".rst", True), (".md", False)):
        raise EditError("the deviation is not written in the syntax of its page")
    first = _first_label(lines, directive.first)
    block = [*lines[first : directive.first], *_dedent(block)]
    before = _strip_end(lines[:first])
    if before:
        before.append("")
    rest = _strip_end([*before, *_strip_start(lines[end:])])
    return _add_to_history(rest, _strip_end(block), facts, is_myst)


def read_observation(source: SourceText, place: Place, facts: DocumentFacts) -> str:
    """Return the text of a deviation as written, without its workarounds. Raises EditError."""
    directive = find_directive(source, place.line, "observed-deviation")
    workarounds = _workaround_lines(source, directive, place, facts)
    body = range(directive.body, directive.end - bool(directive.fence))
    margin = len(directive.indent)
    lines: list[str] = []
    for index in body:
        if index in workarounds:
            continue
        text = source.lines[index]
        if not text[:margin].strip():
            text = text[margin:]
        lines.append(text)
    return "\n".join(lines).strip()


def _workaround_lines(
    source: SourceText, directive: Directive, place: Place, facts: DocumentFacts
) -> set[int]:
    """Return the indices of the lines of the workarounds in a deviation."""
    # The facts say which directives are workarounds: one in a literal block is only shown.
    indices: set[int] = set()
    for workaround in facts.workarounds:
        line = workaround.place.line
        if workaround.place.path == place.path and directive.body < line <= directive.end:
            inner = find_directive(source, line, "workaround")
            indices |= set(range(inner.first, inner.end))
    return indices


def _first_label(lines: Sequence[str], first: int) -> int:
    """Return the index of the first label right before a directive, or that of the directive."""
    index = first
    while index and (not lines[index - 1].strip() or LABEL.fullmatch(lines[index - 1])):
        index -= 1
    while index < first and not lines[index].strip():
        index += 1
    return index


def _dedent(block: Sequence[str]) -> list[str]:
    """Move a block to the left by the indent of its first line, as far as each line can."""
    margin = indent_width(block[0])
    return [text[min(margin, indent_width(text)) :] for text in block]


def _add_to_history(
    lines: list[str], block: list[str], facts: DocumentFacts, is_myst: bool
) -> list[str]:
    """Return the lines with a block in the section of resolved deviations, the newest first."""
    start = _history_start(lines, is_myst)
    if start:
        rest = _strip_start(lines[start:])
        return [*_strip_end([*lines[:start], "", *block, "", *rest]), ""]
    heading = [f"## {HISTORY}"] if is_myst else _make_heading(lines, facts)
    return [*lines, "", *heading, "", *block, ""]


def _history_start(lines: Sequence[str], is_myst: bool) -> int:
    """Return the index behind the title of the section of resolved deviations; 0 without one."""
    for index, text in enumerate(lines):
        below = "".join(lines[index + 1 : index + 2])
        if is_myst and MYST_HISTORY.fullmatch(text):
            return index + 1
        if not is_myst and text.rstrip() == HISTORY and ADORNMENT.match(below):
            return index + 2
    return 0


def _make_heading(lines: Sequence[str], facts: DocumentFacts) -> list[str]:
    """Return a title one level below that of the page. Raises EditError."""
    # In reStructuredText the level of a title follows from where its adornment occurs first in
    # the page: the new title needs the adornment of a title of the same level.
    top_anchors = {section.anchors[0] for section in facts.sections[:1]}
    subtitles = {
        section.title.strip() for section in facts.sections if section.parent in top_anchors
    }
    used: list[str] = []
    for title in _rst_titles(lines):
        if INLINE_MARKUP.sub("", title.text) in subtitles:
            adornment = title.adornment * len(HISTORY)
            if title.has_overline:
                return [adornment, HISTORY, adornment]
            return [HISTORY, adornment]
        used.append(title.adornment)
    for character in FREE_ADORNMENTS:
        if character not in used:
            return [HISTORY, character * len(HISTORY)]
    raise EditError(f'no adornment is free for the title "{HISTORY}"; add the section by hand')


def _rst_titles(lines: Sequence[str]) -> Iterator[_Title]:
    for index, text in enumerate(lines[1:], 1):
        mark = ADORNMENT.match(text)
        title = lines[index - 1].strip()
        if mark and title and not ADORNMENT.match(title):
            above = lines[index - 2].strip() if index > 1 else ""
            yield _Title(title, mark[1], has_overline=above.startswith(mark[1]))


def _strip_start(lines: Sequence[str]) -> Sequence[str]:
    """Return the lines without blank ones at the start."""
    start = next((index for index, text in enumerate(lines) if text.strip()), len(lines))
    return lines[start:]


def _strip_end(lines: Sequence[str]) -> list[str]:
    """Return the lines without blank ones at the end."""
    kept = list(lines)
    while kept and not kept[-1].strip():
        kept.pop()
    return kept
