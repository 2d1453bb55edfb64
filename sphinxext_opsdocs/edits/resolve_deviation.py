"""Resolves a deviation in source text: out of the procedure, kept as history."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sphinxext_opsdocs.edits.directive import (
    ADORNMENT,
    Directive,
    EditError,
    SourceText,
    find_directive,
    with_options,
)
from sphinxext_opsdocs.facts.model import DocumentFacts, Place

__all__ = ["HISTORY", "observed_text", "resolved_lines"]

HISTORY = "Resolved deviations"
"""Title of the section that keeps them, at the end of their page."""
LABEL = re.compile(r"\s*(?:\.\. _[^:]+:|\([^()]+\)=)\s*")
MARKUP = re.compile(r"[`*]+")
MYST_HISTORY = re.compile(rf"## {HISTORY}(?: #+)?\s*")


def resolved_lines(
    source: SourceText, place: Place, day: str, facts: DocumentFacts, moves: bool
) -> list[str]:
    """The file with a deviation resolved: state and date set, its workarounds gone.

    If it moves, it goes to the section of resolved deviations of the page that ``facts`` are of,
    which is made where there is none. Raises EditError.
    """
    directive = find_directive(source, place.line, "observed-deviation")
    values = {"state": "resolved", "resolved": day}
    lines = with_options(source.lines, directive, values)
    added = len(lines) - len(source.lines)
    end = directive.end + added
    gone = {index + added for index in _workarounds(source, directive, place.path, facts)}
    block = [lines[index] for index in range(directive.first, end) if index not in gone]
    if not moves:
        return [*lines[: directive.first], *block, *lines[end:]]
    margin = len(lines[directive.first]) - len(lines[directive.first].lstrip())
    block = [text[min(margin, len(text) - len(text.lstrip())) :] for text in block]
    if directive.fence and source.path.suffix == ".rst":
        raise EditError("stands in the markup of another syntax")
    if not directive.fence and source.path.suffix == ".md":
        raise EditError("stands in the markup of another syntax")
    first = _first_with_labels(lines, directive.first)
    block = [*lines[first : directive.first], *block]
    before, after = _stripped(lines[:first]), lines[end:]
    while after and not after[0].strip():
        after = after[1:]
    kept = _stripped([*before, *([""] if before else []), *after])
    return _kept(kept, block, facts, is_myst=bool(directive.fence))


def _first_with_labels(lines: Sequence[str], first: int) -> int:
    """Where a directive starts with the labels that stand right before it."""
    at = first
    while at and (not lines[at - 1].strip() or LABEL.fullmatch(lines[at - 1])):
        at -= 1
    while at < first and not lines[at].strip():
        at += 1
    return at


def observed_text(source: SourceText, place: Place, facts: DocumentFacts) -> str:
    """What was observed, as written, without its workarounds. Raises EditError."""
    directive = find_directive(source, place.line, "observed-deviation")
    gone = _workarounds(source, directive, place.path, facts)
    inner = range(directive.body, directive.end - bool(directive.fence))
    lines = [source.lines[index] for index in inner if index not in gone]
    margin = len(directive.indent)
    return "\n".join(text[margin:] if not text[:margin].strip() else text for text in lines).strip()


def _workarounds(
    source: SourceText, directive: Directive, path: str, facts: DocumentFacts
) -> set[int]:
    """Indexes of the lines of the workarounds in a deviation: not of what only shows one."""
    gone: set[int] = set()
    for place in (found.place for found in facts.workarounds):
        if place.path == path and directive.body < place.line <= directive.end:
            inner = find_directive(source, place.line, "workaround")
            gone |= set(range(inner.first, inner.end))
    return gone


def _kept(lines: list[str], block: list[str], facts: DocumentFacts, is_myst: bool) -> list[str]:
    """The lines with the block in the section of resolved deviations, the newest first."""
    block = _stripped(block)
    at = _below_history(lines, is_myst)
    if at:
        return [*_stripped([*lines[:at], "", *block, "", *_led(lines[at:])]), ""]
    heading = [f"## {HISTORY}"] if is_myst else _heading(lines, facts)
    return [*lines, "", *heading, "", *block, ""]


def _below_history(lines: Sequence[str], is_myst: bool) -> int:
    """The line behind the title of the section of resolved deviations; 0 where there is none."""
    for index, text in enumerate(lines):
        below = "".join(lines[index + 1 : index + 2])
        if is_myst and MYST_HISTORY.fullmatch(text):
            return index + 1
        if not is_myst and text.rstrip() == HISTORY and ADORNMENT.match(below):
            return index + 2
    return 0


def _heading(lines: Sequence[str], facts: DocumentFacts) -> list[str]:
    """A title of the level below that of the page, adorned as the page adorns it."""
    tops = {section.anchors[0] for section in facts.sections[:1]}
    below = {s.title.strip() for s in facts.sections if s.parent in tops}
    used: list[str] = []
    for index, text in enumerate(lines[1:], 1):
        mark = ADORNMENT.match(text)
        title = lines[index - 1].strip()
        if not mark or not title or ADORNMENT.match(title):
            continue
        if MARKUP.sub("", title) in below:
            under = mark[1] * len(HISTORY)
            over = index > 1 and lines[index - 2].strip()[:1] == mark[1]
            return [under, HISTORY, under] if over else [HISTORY, under]
        used.append(mark[1])
    free = next((mark for mark in "-~^" if mark not in used), "")
    if not free:
        raise EditError("no adornment is free for the title of its section")
    return [HISTORY, free * len(HISTORY)]


def _led(lines: Sequence[str]) -> Sequence[str]:
    """Without blank lines at the start."""
    start = next((index for index, text in enumerate(lines) if text.strip()), len(lines))
    return lines[start:]


def _stripped(lines: Sequence[str]) -> list[str]:
    """Without blank lines at the end."""
    kept = list(lines)
    while kept and not kept[-1].strip():
        kept.pop()
    return kept
