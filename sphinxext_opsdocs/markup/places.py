"""The place of a node's text, with a path relative to the source directory."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import Any

from docutils import nodes

from sphinxext_opsdocs.facts.model import Place
from sphinxext_opsdocs.markup.read_source import ReadSource

__all__ = ["InlinePlaces", "find_first_line", "locate_line", "locate_node"]

INLINE: Any = nodes.Inline
"""A marker of elements, without the attributes that all of these have."""


def locate_line(env: Any, source: str | None, line: int | None) -> Place:
    """Return the place of a line of a source as docutils names it.

    Without a source, or with one that is no file, it is a place on the current page.
    """
    return ReadSource.of(env).place(source, line)


def locate_node(env: Any, node: nodes.Node) -> Place:
    """Return the first line of a block, or of the block around an inline node."""
    read_source = ReadSource.of(env)
    current: nodes.Node | None = node
    while current is not None and not (
        current.line is not None and read_source.has(current.source)
    ):
        current = current.parent
    if current is None:
        return read_source.place(None, None)
    if isinstance(current, INLINE):
        current = _with_source(current, _block_of(current))
    place = read_source.place(current.source, find_first_line(env, current))
    if not read_source.excess_lines(place.path):
        return place
    text = next(iter(current.findall(nodes.Text)), nodes.Text(""))
    return read_source.nearest_place(place, text.astext())


def _block_of(node: nodes.Node) -> nodes.Node:
    while isinstance(node, INLINE) and node.parent is not None:
        node = node.parent
    return node


def _with_source(node: nodes.Node, block: nodes.Node) -> nodes.Node:
    """Return a node, or the block in or around it if MyST knows the file of that one alone.

    Within an included file, MyST gives a file to blocks of text. All other nodes get that of the
    page from docutils.
    """
    page = node.document["source"] if node.document else ""
    is_guess = node.source == page and block.line is not None
    return block if is_guess and block.source not in (None, page) else node


def find_first_line(env: Any, node: nodes.Node) -> int:
    """Return the line that a block starts on, as its parser counts."""
    line = node.line or 1
    # docutils records the line of the underline for a section and its title, MyST that of the title
    if isinstance(node, nodes.section | nodes.title) and not ReadSource.of(env).is_myst(
        node.source
    ):
        return max(line - 1, 1)
    return line


CELL_REACH = 4000
"""Characters after one cell of a table among which the next is looked for."""
TYPOGRAPHY = {
    **dict.fromkeys("“”", '["“”]'),
    **dict.fromkeys("‘’", "['‘’]"),
    "–": "(?:--|–)",
    "—": "(?:---|—)",
    "…": r"(?:\.\.\.|\. \. \.|…)",
}
"""Patterns of what smart quotes may stand for."""


class InlinePlaces:
    """Finds the lines of inline nodes of one document.

    The parsers record the line of a paragraph at best, and no certain line inside of a table. So
    the text of the node is searched for in the source, from the line of its block on. The same
    text a second time is the next occurrence.
    """

    def __init__(self, env: Any) -> None:
        self._env = env
        self._text = ReadSource.of(env).file_text
        self._lines: dict[str, _LineStarts] = {}
        """Of each file; the time for a page with many places stays linear."""
        self._used: set[tuple[str, int]] = set()
        self._next_cell: dict[str, tuple[int, int]] = {}
        """Offset and line behind the last cell of each file."""

    def place(self, node: nodes.Element) -> Place:
        """Return the place of an inline node, or of its block if its text is not in the source."""
        place = locate_node(self._env, _table_or_node(node))
        # without the name of the role, which the syntaxes write differently
        quoted = node.rawsource[node.rawsource.find("`") :]
        pattern = r"\s+".join(map(re.escape, quoted.split())) or r"(?!)"
        return self._next_place(pattern, place) or place

    def role_place(self, name: str, block: Place) -> Place | None:
        """Return the place of the next role of that name from a block on; None without one."""
        return self._next_place(rf"(?i)[{{:]{re.escape(name)}[}}:]", block)

    def comment_place(self, node: nodes.comment) -> Place:
        """Return the place of a comment of reStructuredText, of which a line below is recorded."""
        place = locate_node(self._env, node)
        lines = self._text(place.path).split("\n")[: place.line]
        start = node.astext().partition("\n")[0]
        for number in range(len(lines), 0, -1):
            line = lines[number - 1].strip()
            is_start = line.startswith("..") and line[2:].strip() == start
            if is_start and (place.path, -number) not in self._used:
                self._used.add((place.path, -number))
                return Place(place.path, number)
        return place

    def _next_place(self, pattern: str, start: Place) -> Place | None:
        """Return the place of the first text from a line on that was not returned before."""
        text, lines = self._text(start.path), self._line_starts(start.path)
        for match in re.compile(pattern).finditer(text, lines.offset_of(start.line)):
            if (start.path, match.start()) not in self._used:
                self._used.add((start.path, match.start()))
                return Place(start.path, lines.line_at(match.start()))
        return None

    def _line_starts(self, path: str) -> _LineStarts:
        if path not in self._lines:
            self._lines[path] = _LineStarts(self._text(path))
        return self._lines[path]

    def cell_place(self, node: nodes.Element, text: str) -> Place:
        """Return the place of the text of a cell; to be called in document order."""
        place = locate_node(self._env, _table_or_node(node))
        source = self._text(place.path)
        start, line = self._next_cell.get(place.path, (0, 1))
        if line < place.line:
            start = self._line_starts(place.path).offset_of(place.line)
            line = place.line
        offset, end = _find_typed(text, source, start)
        if offset < 0:
            return Place(place.path, line)
        # counted from cell to cell, so that the time for a long table stays linear
        line += source.count("\n", start, offset)
        self._next_cell[place.path] = end, line
        return Place(place.path, line)


def _table_or_node(node: nodes.Element) -> nodes.Node:
    """Return the table around a node, whose cells have no certain lines; else the node."""
    table: nodes.Node | None = node
    while table is not None and not isinstance(table, nodes.table):
        table = table.parent
    return node if table is None else _with_source(table, _block_of(node))


def _find_typed(text: str, source: str, start: int) -> tuple[int, int]:
    """Return start and end of a text in a source, near an offset; -1 without one."""
    if not TYPOGRAPHY.keys().isdisjoint(text):
        # smart quotes stand for what the writer typed
        pattern = "".join(TYPOGRAPHY.get(mark) or re.escape(mark) for mark in text)
        match = re.compile(pattern).search(source, start, start + CELL_REACH)
        return match.span() if match else (-1, -1)
    offset = source.find(text, start, start + CELL_REACH) if text else -1
    return offset, offset + len(text)


class _LineStarts:
    """The offsets of the lines of a text."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self._length = len(text)

    def offset_of(self, line: int) -> int:
        """The offset of a line, counted from 1; the end of the text for one behind it."""
        if line > len(self._starts):
            return self._length
        return self._starts[max(line, 1) - 1]

    def line_at(self, offset: int) -> int:
        """The line that an offset is on."""
        return bisect_right(self._starts, offset)
