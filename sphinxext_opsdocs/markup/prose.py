"""Doctree to prose: the passages of an operational page, what their sentences claim, and where.

A walk of its own: only governed pages are read so, and no specification is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from docutils import nodes
from sphinx import addnodes

from sphinxext_opsdocs.facts.model import (
    INTENT,
    Mention,
    Passage,
    Place,
    Statement,
)
from sphinxext_opsdocs.markup import nodes as ours
from sphinxext_opsdocs.markup.inline_prose import InlineProse
from sphinxext_opsdocs.markup.places import InlinePlaces, is_myst_source, node_place
from sphinxext_opsdocs.text.judged import Judged, judged_sentences
from sphinxext_opsdocs.text.language import Language

__all__ = ["Prose"]

NO_PROSE = (
    nodes.comment,
    nodes.substitution_definition,
    nodes.docinfo,
    nodes.transition,
    nodes.meta,
    nodes.pending,
    nodes.system_message,
    nodes.attribution,
    nodes.label,
    nodes.target,
    addnodes.index,
    addnodes.highlightlang,
    addnodes.tabular_col_spec,
    ours.opsdocs_header,
    ours.document_change,
    ours.ignore_marker,
)
"""What says nothing to readers of the page, or only tells of the page itself."""
NOT_JUDGED = (
    nodes.FixedTextElement,
    nodes.raw,
    nodes.image,
    addnodes.toctree,
    addnodes.productionlist,
    addnodes.desc_signature,
    ours.canonical_reference,
    ours.canonical_quote,
    ours.report,
)
"""What says something in other ways than with sentences of its own."""
OWN_BLOCKS = (ours.observed_deviation, ours.workaround, addnodes.versionmodified)
"""What is read as a block also in the cell of a table."""
NO_CELL_TEXT = (*NO_PROSE, *NOT_JUDGED, *OWN_BLOCKS)
LEAST_SPACES = 2
"""In a cell that may claim something."""
ISSUE_ID = re.compile(r"\b[A-Z][A-Z0-9]{1,15}-\d{1,9}\b|(?<![\w./#-])[\w./-]{0,60}#\d{1,9}\b")
"""Words that can be the id of an issue: whether they are one, the trackers tell."""
ADDRESS = re.compile(r"https?://[^\s<>\"'`)\]]{1,500}")
"""A web address in text that no markup makes a link."""


class Prose:
    """What one page says, and its sections (by first anchor) that say nothing."""

    def __init__(self, env: Any, doctree: nodes.document, language: Language | None) -> None:
        self.passages: list[Passage] = []
        self.statements: list[Statement] = []
        self.mentions: list[Mention] = []
        self.empty_sections: set[str] = set()
        self._env, self._language = env, language
        self._places = InlinePlaces(env)
        self._inline = InlineProse(language)
        self._section, self._sections = "", 0
        self._within = ""
        self._kind = ""
        self._item = self._items = 0
        self._is_judged = True
        self._tells_faults = False
        """Whether the section, by its title or that of one around it, lists known faults."""
        self._blocks(doctree)

    def _blocks(self, parent: nodes.Element) -> bool:
        """Read all below a node; whether anything is said there."""
        says = False
        for child in parent.children:
            if isinstance(child, nodes.Element) and not isinstance(child, NO_PROSE):
                says |= self._block(child)
        return says

    def _block(self, node: nodes.Element) -> bool:
        if isinstance(node, nodes.section):
            return self._enter_section(node)
        if isinstance(node, NOT_JUDGED):
            return True
        if isinstance(node, nodes.title | nodes.rubric):
            return self._title(node)
        if isinstance(node, nodes.table):
            return self._table(node)
        if isinstance(node, addnodes.versionmodified) or _is_quotation(node):
            return self._unjudged(node)
        if isinstance(node, nodes.TextElement):
            return self._take(node)
        if isinstance(node, nodes.list_item):
            return self._list_item(node)
        if isinstance(node, nodes.definition):
            return self._of_kind("definition", node)
        if isinstance(node, ours.observed_deviation | ours.workaround):
            return self._inside(node)
        if isinstance(node, nodes.Admonition):
            return self._aside(node)
        if not node.children:
            return True
        return self._blocks(node)

    def _enter_section(self, node: nodes.section) -> bool:
        above, tells = self._section, self._tells_faults
        self._sections += 1
        self._tells_faults |= self._is_title_of_faults(node)
        self._section = node["ids"][0] if node["ids"] else f"section-{self._sections}"
        says = self._blocks(node)
        if not says:
            self.empty_sections.add(self._section)
        self._section, self._tells_faults = above, tells
        return says

    def _is_title_of_faults(self, section: nodes.section) -> bool:
        heading = next(iter(section.children), None)
        if not self._language or not isinstance(heading, nodes.title):
            return False
        title = " ".join(heading.astext().lower().split())
        return bool(self._language.pattern("fault_titles").fullmatch(title))

    def _title(self, node: nodes.Element) -> bool:
        """Titles are no sentences, but that of a deviation tells what was observed."""
        if isinstance(node.parent, ours.observed_deviation):
            _, _, title = self._inline.read(node).partition(": ")  # behind its label
            judged = self._judged(title, ())
            self._state(judged, node_place(self._env, node.parent), ())
        return False

    def _inside(self, node: nodes.Element) -> bool:
        above = self._within
        self._within = "deviation" if isinstance(node, ours.observed_deviation) else "workaround"
        self._blocks(node)
        self._within = above
        return True

    def _unjudged(self, node: nodes.Element) -> bool:
        above, self._is_judged = self._is_judged, False
        says = self._blocks(node)
        self._is_judged = above
        return says

    def _aside(self, node: nodes.Element) -> bool:
        """A note on a fault is none of the faults that a section lists."""
        above, self._tells_faults = self._tells_faults, False
        says = self._blocks(node)
        self._tells_faults = above
        return says

    def _of_kind(self, kind: str, node: nodes.Element) -> bool:
        above, self._kind = self._kind, kind
        says = self._blocks(node)
        self._kind = above
        return says

    def _list_item(self, node: nodes.Element) -> bool:
        above = self._item
        if not above:
            self._items += 1
            self._item = self._items
        says = self._of_kind("item", node)
        self._item = above
        return says

    def _table(self, node: nodes.table) -> bool:
        for row in _rows(node):
            cells: list[str] = []
            start: Place | None = None
            is_cited = False
            for entry in row.children:
                if not isinstance(entry, nodes.Element):
                    continue
                texts: list[str] = []
                for block in entry.children:
                    if isinstance(block, OWN_BLOCKS):
                        self._block(block)
                for leaf in _leaves(entry):
                    text = self._inline.read(leaf)
                    says_much = text.count(" ") + text.count("\n") >= LEAST_SPACES
                    mentions = self._mention(text)
                    judged = self._judged(text, self._inline.attributed) if says_much else ()
                    if judged or not start:
                        place = self._places.cell_place(leaf, _first_line(leaf))
                        start = start or place
                        self._state(judged, place, mentions)
                    texts.append(" ".join(text.split()))
                    is_cited |= self._inline.is_cited
                cells.append(" ".join(texts))
            if start and any(cells):
                row_text = " | ".join(cells)
                self.passages.append(Passage(row_text, start, self._section, "row", is_cited))
        return True

    def _take(self, node: nodes.TextElement) -> bool:
        if ours.PARTICULARS in node["classes"]:
            return True
        text = self._inline.read(node)
        stripped = text.strip()
        if not stripped:
            return bool(node.children)  # an image with a link around it
        kind = "term" if isinstance(node, nodes.term) else self._kind
        place = node_place(self._env, node)
        if kind == "term":  # one in a glossary knows the line before it
            place = self._places.cell_place(node, _first_line(node))
        self.passages.append(Passage(stripped, place, self._section, kind, self._inline.is_cited))
        self._judge(text, place)
        language = self._language
        line = " ".join(stripped.split())
        lines = (line, line.rstrip(".!"))
        return not (language and any(map(language.pattern("placeholders").fullmatch, lines)))

    def _judge(self, text: str, place: Place) -> None:
        """Keep the sentences of the block that was read last which claim something."""
        mentions = self._mention(text)
        self._state(self._judged(text, self._inline.attributed), place, mentions)

    def _mention(self, text: str) -> tuple[str, ...]:
        """Keep what may name an issue in the block that was read last."""
        found: list[str] = list(self._inline.addresses)
        if "://" in text:
            found += [address.rstrip(".,;:") for address in ADDRESS.findall(text)]
        found += ISSUE_ID.findall(text)
        if found:
            found = list(dict.fromkeys(found))
            self.mentions += [Mention(name, self._section, self._item) for name in found]
        return tuple(found)

    def _judged(self, text: str, attributed: Sequence[int]) -> Sequence[Judged]:
        """The sentences of a block that claim something."""
        if not self._language or not self._is_judged:
            return ()
        tells, inside = self._tells_faults, bool(self._within)
        return list(judged_sentences(text, self._language, attributed, tells, inside))

    def _state(self, sentences: Iterable[Judged], place: Place, mentions: tuple[str, ...]) -> None:
        for judged in sentences:
            self.statements.append(
                Statement(
                    text=judged.text,
                    place=Place(place.path, place.line + judged.line),
                    claims=judged.claims,
                    section=self._section,
                    within=self._within,
                    item=self._item,
                    is_cited=self._inline.is_cited,
                    mentions=mentions if INTENT in judged.claims else (),
                )
            )


def _rows(table: nodes.table) -> Iterator[nodes.row]:
    """Its own rows: those of a table in a cell are read with the cell."""
    for group in table.children:
        for part in group.children if isinstance(group, nodes.tgroup) else ():
            yield from (row for row in part.children if isinstance(row, nodes.row))


def _leaves(node: nodes.Element) -> Iterator[nodes.TextElement]:
    """The blocks of text below a node; literal blocks are none."""
    for child in node.children:
        if isinstance(child, NO_CELL_TEXT):
            continue
        if isinstance(child, nodes.TextElement):
            yield child
        elif isinstance(child, nodes.Element):
            yield from _leaves(child)


def _first_line(node: nodes.TextElement) -> str:
    """The first words of a block that stand in its source as they are."""
    first = node.children[0].astext() if node.children else ""
    return first.partition("\n")[0].strip()


def _is_quotation(node: nodes.Element) -> bool:
    """Whether text is somebody else's; indented text of reStructuredText is often a slip."""
    if not isinstance(node, nodes.block_quote):
        return False
    if any(isinstance(child, nodes.attribution) for child in node.children) or node["classes"]:
        return True
    children = node.children
    is_plain = bool(children) and all(isinstance(child, nodes.paragraph) for child in children)
    return is_plain and (
        is_myst_source(children[0].source) or isinstance(node.parent, nodes.section)
    )
