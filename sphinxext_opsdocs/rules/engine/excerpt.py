"""Excerpts of examples: the lines in which two differ, with just enough around them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher

from msgspec import Struct
from msgspec.structs import replace

from sphinxext_opsdocs.rules.engine.examples import (
    HEADER,
    SPECIFICATION_HEADER,
    Block,
    Example,
    page,
)
from sphinxext_opsdocs.rules.engine.render import HEADING, render_block, render_header

__all__ = ["excerpt", "excerpts_of_pages"]

OMITTED = "..."
"""Stands where blocks between two others are left out."""
SHORT = 3
"""A block of at most so many lines is shown rather than left out."""
SOUND = page()
"""Every example starts from this page, so what an example is about is the difference from it."""


class Part(Struct, frozen=True):
    """A header or block as source text. Two parts are the same where section and text are."""

    section: str
    """The heading of the section around it; empty for what stands directly below the title."""
    text: str
    is_heading: bool = False

    @property
    def is_short(self) -> bool:
        """Whether leaving it out would save hardly a line."""
        return self.text.count("\n") < SHORT


def excerpt(example: Example, other: Example, syntax: str) -> str:
    """Return the blocks of an example that the other lacks, each below the heading of its section.

    Where it only lacks blocks itself, these are the blocks around the gap. Where the pages are the
    same, they are the blocks that a sound page lacks. May be empty.
    """
    own, others = _parts(example, syntax), _parts(other, syntax)
    indices = _differing(own, others) or _added(own, _parts(SOUND, syntax))
    return _joined(own, indices)


def excerpts_of_pages(example: Example, syntax: str) -> Mapping[str, str]:
    """Return what the further pages of an example contain, by docname.

    An ordinary header is left out, and so is a page that is otherwise a sound runbook.
    """
    excerpts: dict[str, str] = {}
    for docname, further in example.pages.items():
        body = further
        if further.header in (HEADER, SPECIFICATION_HEADER):
            body = replace(further, header={})
        own = _parts(body, syntax)
        text = _joined(own, _added(own, _parts(SOUND, syntax)))
        if text:
            excerpts[docname if "/" in docname else f"ops/{docname}"] = text
    return excerpts


def _parts(example: Example, syntax: str) -> Sequence[Part]:
    parts: list[Part] = []
    if example.header:
        parts.append(Part("", render_header(example.header, syntax)))
    section = ""
    for block in example.body:
        text = render_block(block, syntax)
        heading = None if isinstance(block, Block) else HEADING.match(block)
        if heading:
            # not the title: under another title the same text is still the same
            section = text if len(heading[1]) > 1 else ""
        parts.append(Part(section, text, is_heading=bool(heading)))
    return parts


def _differing(own: Sequence[Part], others: Sequence[Part]) -> set[int]:
    """Indices of the parts that the others lack, or that stand around a gap."""
    indices: set[int] = set()
    # sections have the same placeholder text, so parts are compared together with their section
    matcher = SequenceMatcher(None, own, others, autojunk=False)
    for tag, first, last, other_first, _ in matcher.get_opcodes():
        if tag == "insert":
            indices |= _around(own, first, others[other_first])
        elif tag == "delete" and first == 0:
            # a header is one only at the start, so what it stands before is part of the answer
            indices.update(range(last + 1))
        elif tag != "equal":
            indices.update(range(first, last))
    return indices


def _around(own: Sequence[Part], gap: int, missing: Part) -> set[int]:
    """Indices of the parts before and after a gap, as far as they belong to what is missing."""
    before, after = gap - 1, gap
    indices: set[int] = set()
    if before >= 0:
        indices.add(before)
    is_in_section = not missing.is_heading and bool(indices)
    if after < len(own) and not (is_in_section and own[after].is_heading):
        indices.add(after)
    return indices


def _added(own: Sequence[Part], sound: Sequence[Part]) -> set[int]:
    matcher = SequenceMatcher(None, own, sound, autojunk=False)
    return {
        index
        for tag, first, last, _, _ in matcher.get_opcodes()
        if tag != "equal"
        for index in range(first, last)
    }


def _joined(parts: Sequence[Part], indices: set[int]) -> str:
    """The text of these parts in their context, with a mark where parts are left out."""
    shown = sorted(indices | _context(parts, indices))
    texts: list[str] = []
    for position, index in enumerate(shown):
        skipped = range(shown[position - 1] + 1, index) if position else range(0)
        if len(skipped) == 1 and parts[skipped[0]].is_short:
            texts.append(parts[skipped[0]].text)
        elif skipped:
            texts.append(OMITTED)
        texts.append(parts[index].text)
    return "\n\n".join(texts)


def _context(parts: Sequence[Part], indices: set[int]) -> set[int]:
    """Indices of the heading above each of these parts, and of a short block right after it."""
    context: set[int] = set()
    for index in indices:
        if not parts[index].is_heading:
            headings = [number for number in range(index) if parts[number].is_heading]
            context.update(headings[-1:])
        # what follows a heading is its content, and what follows an exception is what it covers
        after = index + 1
        if after < len(parts) and _belongs_to(parts[index], parts[after]):
            context.add(after)
    return context


def _belongs_to(part: Part, following: Part) -> bool:
    is_same_section = part.section == following.section != ""
    return is_same_section and not following.is_heading and following.is_short
