"""Where a node's text really stands, as a path relative to the source directory."""

from __future__ import annotations

import os
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from docutils import nodes

from sphinxext_opsdocs.facts.model import Place

__all__ = ["InlinePlaces", "first_line", "is_myst_source", "node_place", "place_of"]


def place_of(env: Any, source: str | None, line: int | None) -> Place:
    """The place of a line of a source as docutils names it.

    After an ``include`` the source of reStructuredText is relative to the working directory.
    Sources that are no file, and none at all, stand for the document that is being read.
    """
    return Place(
        _relative(str(env.srcdir), str(source or env.doc2path(env.docname))), max(line or 1, 1)
    )


@lru_cache(maxsize=4096)
def _relative(srcdir: str, source: str) -> str:
    file = re.split(r":docstring of |<", source, maxsplit=1)[0]
    return Path(os.path.relpath(Path(file).absolute(), srcdir)).as_posix()


def node_place(env: Any, node: nodes.Node) -> Place:
    """Where a block starts, or the block that an inline node stands in."""
    current: nodes.Node | None = node
    while current is not None and current.line is None:
        current = current.parent
    if current is None:
        return place_of(env, None, None)
    return place_of(env, current.source, first_line(current))


def first_line(node: nodes.Node) -> int:
    """The line that a block starts on.

    A section of reStructuredText and its title know the line of the underline, those of MyST
    that of the title.
    """
    line = node.line or 1
    if isinstance(node, nodes.section | nodes.title) and not is_myst_source(node.source):
        return max(line - 1, 1)
    return line


def is_myst_source(source: str | None) -> bool:
    """Whether a source file is read by MyST, told by its name."""
    return bool(source) and str(source).endswith((".md", ".markdown", ".myst"))


CELL_REACH = 4000
"""Characters behind one cell of a table in which the next is looked for."""


class InlinePlaces:
    """Finds the lines of inline nodes of one document.

    Parsers know the line of a paragraph at best, and nothing certain inside tables. So the text
    of the node is looked for in its source file, from the line of its block on; the same text
    again is the next one there.
    """

    def __init__(self, env: Any) -> None:
        self._env = env
        self._texts: dict[str, str] = {}
        self._taken: set[tuple[str, int]] = set()
        self._cell: dict[str, tuple[int, int]] = {}

    def place(self, node: nodes.Element) -> Place:
        """Where an inline node stands; the place of its block when its text is not found."""
        place = node_place(self._env, _block(node))
        text = self._text(place.path)
        start = _offset(text, place.line)
        quoted = node.rawsource[node.rawsource.find("`") :]  # before it, the syntaxes differ
        pattern = re.compile(r"\s+".join(map(re.escape, quoted.split())) or r"(?!)")
        for match in pattern.finditer(text, start):
            if (place.path, match.start()) not in self._taken:
                self._taken.add((place.path, match.start()))
                return Place(place.path, text.count("\n", 0, match.start()) + 1)
        return place

    def cell_place(self, node: nodes.Element, text: str) -> Place:
        """Where the text of a table's cell starts; cells are asked for in document order."""
        place = node_place(self._env, _block(node))
        source = self._text(place.path)
        at, line = self._cell.get(place.path, (0, 1))
        if line < place.line:
            at, line = _offset(source, place.line), place.line
        found = source.find(text, at, at + CELL_REACH) if text else -1
        if found < 0:
            return Place(place.path, line)
        line += source.count("\n", at, found)
        self._cell[place.path] = found + len(text), line
        return Place(place.path, line)

    def _text(self, path: str) -> str:
        if path not in self._texts:
            file = Path(self._env.srcdir, path)
            text = file.read_text(encoding="utf-8", errors="replace") if file.is_file() else ""
            self._texts[path] = text
        return self._texts[path]


def _block(node: nodes.Element) -> nodes.Node:
    """The table that a node stands in, whose cells know no lines, else the node itself."""
    current: nodes.Node | None = node
    while current is not None:
        if isinstance(current, nodes.table):
            return current
        current = current.parent
    return node


def _offset(text: str, line: int) -> int:
    """Where a line starts in a text."""
    at = 0
    for _ in range(line - 1):
        at = text.find("\n", at) + 1
        if not at:
            return len(text)
    return at
