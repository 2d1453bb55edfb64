"""The prose of an operational page: its passages, and the claims of their sentences.

It is read in a walk of its own, since only governed pages are judged and specifications are not.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar, NamedTuple

from docutils import nodes
from sphinx import addnodes

from sphinxext_opsdocs.facts.model import Place
from sphinxext_opsdocs.facts.prose import Mention, Passage, ProseSize, Statement
from sphinxext_opsdocs.markup import nodes as ops_nodes
from sphinxext_opsdocs.markup.inline_prose import InlineProse
from sphinxext_opsdocs.markup.places import InlinePlaces, locate_node
from sphinxext_opsdocs.markup.prose_nodes import (
    NO_PROSE,
    NOT_JUDGED,
    OWN_BLOCKS,
    find_leaves,
    find_rows,
    first_words,
    is_quotation,
)
from sphinxext_opsdocs.markup.read_source import ReadSource
from sphinxext_opsdocs.text.language_file import Language
from sphinxext_opsdocs.text.sentence_claims import BlockContext, JudgedSentence, judge_sentences

__all__ = ["Prose"]

LEAST_SPACES = 2
"""Spaces in the shortest cell of a table that can make a claim."""
# the trackers decide later which of these are issues
ISSUE_ID = re.compile(r"\b[A-Z][A-Z0-9]{1,15}-\d{1,9}\b|(?<![\w./#-])[\w./-]{0,60}#\d{1,9}\b")
ADDRESS = re.compile(r"https?://[^\s<>\"'`)\]]{1,500}")
"""A web address that no markup makes a link."""

Reader = Callable[[Any, Any], bool]
"""A method of ``Prose`` that reads one kind of node."""


class _Context(NamedTuple):
    """The blocks around a node, as far as they matter to its sentences."""

    section: str = ""
    """First anchor of the section."""
    within: str = ""
    """``deviation``, ``workaround`` or empty."""
    kind: str = ""
    """Kind of the passages, as in ``Passage``."""
    item: int = 0
    """Number of the outermost list item; 0 outside of lists."""
    is_judged: bool = True
    is_fault_list: bool = False
    """The title of the section, or of one around it, announces known faults."""


class Prose:
    """The prose of one page, and its sections (by first anchor) that are empty."""

    def __init__(self, env: Any, doctree: nodes.document, language: Language | None) -> None:
        self.passages: list[Passage] = []
        self.statements: list[Statement] = []
        self.mentions: list[Mention] = []
        self.empty_sections: set[str] = set()
        self._env, self._language = env, language
        self._places = InlinePlaces(env)
        self._inline = InlineProse(language)
        self._context = _Context()
        self._sections = self._items = 0
        self._sentences: Counter[bool] = Counter()
        """Sentences that were judged, inside of deviations and workarounds (True) and outside."""
        self._readers: dict[type, Reader] = {}
        self._read_blocks(doctree)

    def _read_blocks(self, parent: nodes.Element) -> bool:
        """Read all blocks below a node; return whether they have content."""
        has_content = False
        for child in parent.children:
            if isinstance(child, nodes.Element):
                has_content |= self._read_block(child)
        return has_content

    def _read_block(self, node: nodes.Element) -> bool:
        reader = self._readers.get(node.__class__)
        if reader is None:
            reader = self._readers[node.__class__] = self._find_reader(node.__class__)
        return reader(self, node)

    def _read_within(self, node: nodes.Element, context: _Context) -> bool:
        """Read all blocks below a node in the context that it makes."""
        outer, self._context = self._context, context
        has_content = self._read_blocks(node)
        self._context = outer
        return has_content

    # one method for each kind of node; each returns whether the node is content of its section

    def _skip(self, _node: nodes.Element) -> bool:
        return False

    def _count_as_content(self, _node: nodes.Element) -> bool:
        return True

    def _read_section(self, node: nodes.section) -> bool:
        self._sections += 1
        # a section without an id has the same name here as in the extraction
        anchor = node["ids"][0] if node["ids"] else f"section-{self._sections}"
        is_fault_list = self._context.is_fault_list or self._has_title_of_faults(node)
        context = self._context._replace(section=anchor, is_fault_list=is_fault_list)
        has_content = self._read_within(node, context)
        if not has_content:
            self.empty_sections.add(anchor)
        return has_content

    def _has_title_of_faults(self, section: nodes.section) -> bool:
        heading = next(iter(section.children), None)
        if not self._language or not isinstance(heading, nodes.title):
            return False
        title = " ".join(heading.astext().lower().split())
        return bool(self._language.pattern("fault_titles").fullmatch(title))

    def _read_title(self, node: nodes.Element) -> bool:
        """Judge the title of a deviation, which describes it; other titles are not judged."""
        if isinstance(node.parent, ops_nodes.observed_deviation):
            _label, _, title = self._inline.read(node).partition(": ")
            place = locate_node(self._env, node.parent)
            self._add_statements(self._judge(title, ()), place, ())
        return False

    def _read_deviation(self, node: nodes.Element) -> bool:
        self._read_within(node, self._context._replace(within="deviation"))
        return True

    def _read_workaround(self, node: nodes.Element) -> bool:
        self._read_within(node, self._context._replace(within="workaround"))
        return True

    def _read_unjudged(self, node: nodes.Element) -> bool:
        return self._read_within(node, self._context._replace(is_judged=False))

    def _read_quote(self, node: nodes.block_quote) -> bool:
        source = next((child.source for child in node.children), None)
        if is_quotation(node, ReadSource.of(self._env).is_myst(source)):
            return self._read_unjudged(node)
        return self._read_container(node)

    def _read_admonition(self, node: nodes.Element) -> bool:
        """Read a note; in a list of faults it comments on a fault instead of listing one."""
        return self._read_within(node, self._context._replace(is_fault_list=False))

    def _read_definition(self, node: nodes.Element) -> bool:
        return self._read_within(node, self._context._replace(kind="definition"))

    def _read_list_item(self, node: nodes.Element) -> bool:
        if not self._context.item:
            self._items += 1
        item = self._context.item or self._items
        return self._read_within(node, self._context._replace(kind="item", item=item))

    def _read_container(self, node: nodes.Element) -> bool:
        """Read any other node; one without children shows something by itself, as a graph does."""
        return not node.children or self._read_blocks(node)

    def _read_table(self, node: nodes.table) -> bool:
        for row in find_rows(node):
            self._read_row(row)
        return True

    def _read_row(self, row: nodes.row) -> None:
        cells: list[str] = []
        start: Place | None = None
        is_cited = False
        for entry in row.children:
            if not isinstance(entry, nodes.Element):
                continue
            for block in entry.children:
                if isinstance(block, OWN_BLOCKS):
                    self._read_block(block)
            texts: list[str] = []
            for leaf in find_leaves(entry):
                text = self._inline.read(leaf)
                place = self._judge_cell(leaf, text, needs_place=start is None)
                start = start or place
                texts.append(" ".join(text.split()))
                is_cited |= self._inline.is_cited
            cells.append(" ".join(texts))
        if start and any(cells):
            text = " | ".join(cells)
            self.passages.append(Passage(text, start, self._context.section, "row", is_cited))

    def _judge_cell(self, leaf: nodes.TextElement, text: str, needs_place: bool) -> Place | None:
        """Judge a block in a cell; return its place where it is needed for a statement or a row."""
        mentions = self._add_mentions(text)
        judged: Sequence[JudgedSentence] = ()
        if text.count(" ") + text.count("\n") >= LEAST_SPACES:
            judged = self._judge(text, self._inline.attributed, mentions)
        if not judged and not needs_place:
            return None
        # only on demand: the search for a cell in the source costs more than the rest of the row
        place = self._places.cell_place(leaf, first_words(leaf))
        self._add_statements(judged, place, mentions)
        return place

    def _read_text(self, node: nodes.TextElement) -> bool:
        if ops_nodes.PARTICULARS in node["classes"]:
            return True
        text = self._inline.read(node)
        stripped = text.strip()
        if not stripped:
            return bool(node.children)  # an image with a link around it
        kind = self._context.kind
        place = locate_node(self._env, node)
        if isinstance(node, nodes.term):
            kind = "term"
            # docutils gives a term in a glossary the line before it
            place = self._places.cell_place(node, first_words(node))
        section, is_cited = self._context.section, self._inline.is_cited
        self.passages.append(Passage(stripped, place, section, kind, is_cited))
        mentions = self._add_mentions(text)
        judged = self._judge(text, self._inline.attributed, mentions)
        self._add_statements(judged, place, mentions)
        return not self._is_placeholder(stripped)

    def _is_placeholder(self, text: str) -> bool:
        """Return whether a text only announces content, such as TODO."""
        if not self._language:
            return False
        is_placeholder = self._language.pattern("placeholders").fullmatch
        line = " ".join(text.split())
        return bool(is_placeholder(line) or is_placeholder(line.rstrip(".!")))

    def _add_mentions(self, text: str) -> tuple[str, ...]:
        """Add what may name an issue in the block that was read last, and return it."""
        names: list[str] = list(self._inline.addresses)
        if "://" in text:
            names += [address.rstrip(".,;:") for address in ADDRESS.findall(text)]
        names += ISSUE_ID.findall(text)
        if names:
            names = list(dict.fromkeys(names))
            section, item = self._context.section, self._context.item
            self.mentions += [Mention(name, section, item) for name in names]
        return tuple(names)

    def _judge(
        self, text: str, attributed: Sequence[int], mentions: Sequence[str] = ()
    ) -> Sequence[JudgedSentence]:
        """Return the sentences of a block that make a claim; it may mention issues."""
        context = self._context
        if not self._language or not context.is_judged:
            return ()
        is_in_deviation = bool(context.within)
        block = BlockContext(context.is_fault_list, is_in_deviation, bool(mentions))
        sentences = list(judge_sentences(text, self._language, attributed, block))
        self._sentences[is_in_deviation] += len(sentences)
        return [sentence for sentence in sentences if sentence.claims]

    @property
    def size(self) -> ProseSize:
        """How much of the page was judged."""
        return ProseSize(self._sentences[False], self._sentences[True], len(self.passages))

    def _add_statements(
        self, sentences: Iterable[JudgedSentence], place: Place, mentions: tuple[str, ...]
    ) -> None:
        """Add the claims of a block that starts at a place."""
        context = self._context
        for judged in sentences:
            self.statements.append(
                Statement(
                    text=judged.text,
                    place=Place(place.path, place.line + judged.line),
                    claims=judged.claims,
                    section=context.section,
                    within=context.within,
                    item=context.item,
                    is_cited=self._inline.is_cited,
                    mentions=mentions if judged.needs_issue else (),
                )
            )

    # the first row that fits applies, as some classes of nodes fit several
    _READERS: ClassVar[tuple[tuple[type | tuple[type, ...], Reader], ...]] = (
        (NO_PROSE, _skip),
        (nodes.section, _read_section),
        (NOT_JUDGED, _count_as_content),
        ((nodes.title, nodes.rubric), _read_title),
        (nodes.table, _read_table),
        (addnodes.versionmodified, _read_unjudged),
        (nodes.block_quote, _read_quote),
        (nodes.TextElement, _read_text),
        (nodes.list_item, _read_list_item),
        (nodes.definition, _read_definition),
        (ops_nodes.observed_deviation, _read_deviation),
        (ops_nodes.workaround, _read_workaround),
        (nodes.Admonition, _read_admonition),
    )

    def _find_reader(self, node_class: type) -> Reader:
        for classes, reader in self._READERS:
            if issubclass(node_class, classes):
                return reader
        return Prose._read_container
