"""Where a node's text really stands, as a path relative to the source directory."""

from __future__ import annotations

import os
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from docutils import nodes

from sphinxext_opsdocs.model import Place

__all__ = ["first_line", "inline_place", "node_place", "place_of"]


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

    A section of reStructuredText knows the line of its underline, one of MyST that of its title.
    """
    line = node.line or 1
    if isinstance(node, nodes.section) and not is_myst_source(node.source):
        return max(line - 1, 1)
    return line


def is_myst_source(source: str | None) -> bool:
    """Whether a source file is read by MyST, told by its name."""
    return bool(source) and str(source).endswith((".md", ".markdown", ".myst"))


def inline_place(env: Any, node: nodes.Element, seen: dict[int, int]) -> Place:
    """Where an inline node stands: its own line, also on a later line of a paragraph.

    ``seen`` maps each parent's ``id()`` to how much of its text was gone through already; give
    one dictionary to all calls for a document, in document order.
    """
    block: nodes.Node | None = node.parent
    while block is not None and (block.line is None or not getattr(block, "rawsource", "")):
        block = block.parent
    if block is None or not node.rawsource:
        return node_place(env, node)
    text = str(getattr(block, "rawsource", ""))
    quoted = node.rawsource[node.rawsource.find("`") :]  # before it, the syntaxes differ
    at = text.find(quoted, seen.get(id(block), 0))
    if at < 0:
        return node_place(env, node)
    seen[id(block)] = at + len(quoted)
    return place_of(env, block.source, first_line(block) + text.count("\n", 0, at))
