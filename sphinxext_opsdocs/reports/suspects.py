"""Suspect references: what was reviewed, what the section says today, and what depends on it."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from msgspec import Struct

from sphinxext_opsdocs.canonical.lock_file import Pin
from sphinxext_opsdocs.canonical.section import CanonicalSection
from sphinxext_opsdocs.graph.nodes import CanonicalEdge
from sphinxext_opsdocs.graph.suspects import find_suspect, is_comparable, pinned_edges
from sphinxext_opsdocs.reports.blocks import (
    Cell,
    Part,
    phrase,
    place_part,
    section_part,
    styled,
    text_cell,
    titled_section,
)
from sphinxext_opsdocs.reports.filters import Filters, is_wanted
from sphinxext_opsdocs.reports.report import Report
from sphinxext_opsdocs.reports.table_model import Column

if TYPE_CHECKING:
    from sphinxext_opsdocs.graph.graph import TraceabilityGraph

__all__ = ["SUSPECTS"]

WORDS_AROUND = 8
"""Words that are shown before and after a change."""
LONGEST_PASSAGE = 300
"""Characters of a passage."""


class _Entry(Struct, frozen=True):
    """A reference to a section that has changed since somebody compared the page with it."""

    graph: TraceabilityGraph
    edge: CanonicalEdge
    section: CanonicalSection
    pin: Pin

    @property
    def owners(self) -> tuple[str, ...]:
        """Keys of the owners of the page."""
        header = self.graph.documents[self.edge.docname].header
        return header.owners if header else ()

    @property
    def reviewed(self) -> Sequence[str]:
        """The lines of the section as they were; none if the lock does not contain them."""
        lock = self.graph.inputs.lock
        return lock.texts.get(self.pin.digest, ()) if lock else ()

    @property
    def today(self) -> Sequence[str]:
        """Its lines as they are."""
        from sphinxext_opsdocs.canonical.pin_comparison import section_text  # only for a suspect

        return section_text(self.section)


def _entries(graph: TraceabilityGraph, today: date, filters: Filters) -> Iterator[_Entry]:
    for edge in pinned_edges(graph):
        suspect = find_suspect(graph, edge)
        if not suspect or not is_comparable(*suspect):
            continue
        section, pin = suspect
        entry = _Entry(graph, edge, section, pin)
        if is_wanted(filters, domain=section.domain_key, document=edge.docname, owner=entry.owners):
            yield entry


def _shown_section(entry: _Entry) -> Cell:
    cell = [titled_section(entry.section), Part(entry.section.id, style="below")]
    if entry.pin.on:
        compared = phrase("compared on {date}", date=entry.pin.on)
        cell.append(styled(compared, "below"))
    return tuple(cell)


def _change(entry: _Entry) -> Cell:
    """The words that went and came, with a few of those around them."""
    if not entry.reviewed:
        return (phrase("The lock does not contain the text that was reviewed."),)
    old = " ".join(entry.reviewed).split()
    new = " ".join(entry.today).split()
    parts: list[Part] = []
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for kind, first, last, start, end in matcher.get_opcodes():
        if kind == "equal":
            parts += _around(new[start:end], is_first=first == 0, is_last=last == len(old))
            continue
        if first < last:
            parts += [Part(" ".join(old[first:last]), style="removed"), Part(" ")]
        if start < end:
            parts += [Part(" ".join(new[start:end]), style="added"), Part(" ")]
    return tuple(parts)


def _change_in_data(entry: _Entry) -> Cell:
    """The same in the signs of a difference that git shows by words."""
    signs = {"removed": "[-{}-]", "added": "{{+{}+}}"}
    texts = (signs.get(part.style, "{}").format(part.text) for part in _change(entry))
    return text_cell("".join(texts).strip())


def _around(words: Sequence[str], is_first: bool, is_last: bool) -> Iterator[Part]:
    """The words between two changes, or only those next to one."""
    if len(words) <= 2 * WORDS_AROUND:
        yield Part(f"{' '.join(words)} ")
        return
    if not is_first:
        yield Part(f"{' '.join(words[:WORDS_AROUND])} ")
    yield Part("… ")
    if not is_last:
        yield Part(f"{' '.join(words[-WORDS_AROUND:])} ")


def _shown_page(entry: _Entry) -> Cell:
    facts = entry.graph.documents[entry.edge.docname]
    link = place_part(facts.docname, entry.edge.section, facts.title or facts.docname)
    return link, Part(_passage(entry), style="below")


def _passage(entry: _Entry) -> str:
    """What depends on the section: the reason of the reference, or the text that contains it."""
    edge = entry.edge
    if edge.why:
        return edge.why
    facts = entry.graph.documents[edge.docname]
    passages = [
        passage
        for passage in entry.graph.passages_of(facts)
        if passage.place.path == edge.place.path and passage.place.line <= edge.place.line
    ]
    if not passages:
        return ""
    text = " ".join(max(passages, key=lambda passage: passage.place.line).text.split())
    return text if len(text) <= LONGEST_PASSAGE else f"{text[:LONGEST_PASSAGE]}…"


SUSPECTS = Report(
    "suspect-references",
    "references to sections that have changed since the page was compared with them",
    (
        Column(
            "section",
            "Canonical section",
            lambda entry: (section_part(entry.section),),
            _shown_section,
            width=5,
        ),
        Column("change", "What changed", _change_in_data, _change, width=9),
        Column("page", "Page", lambda entry: text_cell(entry.edge.docname), _shown_page, width=6),
        Column("owner", "Owner", lambda entry: text_cell(", ".join(entry.owners))),
        Column("passage", "What depends on it", lambda entry: text_cell(_passage(entry))),
        Column("compared", "Compared", lambda entry: text_cell(entry.pin.on)),
        Column("reviewed", "Reviewed text", lambda entry: text_cell("\n".join(entry.reviewed))),
        Column("today", "Text today", lambda entry: text_cell("\n".join(entry.today))),
    ),
    {
        "document": "docname globs",
        "domain": "spec domains",
        "owner": "owners of the pages",
    },
    _entries,
)
