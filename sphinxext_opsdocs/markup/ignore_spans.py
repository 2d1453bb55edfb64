"""The lines that an ``opsdocs-ignore`` covers: the next block, up to the block after it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from docutils import nodes
from docutils.utils import Reporter
from sphinx import addnodes

from sphinxext_opsdocs.facts.model import Place, Span
from sphinxext_opsdocs.markup.places import find_first_line, locate_line
from sphinxext_opsdocs.markup.read_source import ReadSource

__all__ = ["find_spans"]

UNSEEN = (nodes.Invisible, nodes.target, addnodes.index)
"""Nodes without text for readers: an ignore covers the block after them."""
MYST_UNKNOWN = "[myst.directive_unknown]"


def find_spans(env: Any, marker: nodes.Element) -> tuple[Span, ...]:
    """Return one span for each file that the next block comes from, sorted by path."""
    covered = _next_block(marker)
    if covered is None:
        return ()
    spans: dict[str, tuple[int, int]] = {}
    for place in _places(env, covered):
        first, last = spans.get(place.path, (place.line, place.line))
        spans[place.path] = min(first, place.line), max(last, place.line)
    following = _next_block(covered)
    place_after = next(_places(env, following), None) if following is not None else None
    # a block knows its first line only: it ends before the next one, or with the file
    for path, (first, last) in spans.items():
        if place_after is None:
            spans[path] = first, 0
        elif place_after.path == path:
            spans[path] = first, max(last, place_after.line - 1)
    return tuple(Span(path, first, last) for path, (first, last) in sorted(spans.items()))


def _places(env: Any, block: nodes.Element) -> Iterator[Place]:
    """Yield the places of a block and of the nodes in it that have one, in document order."""
    if isinstance(block, nodes.system_message):
        yield locate_line(env, block.get("source"), block.get("line"))
    for node in block.findall(nodes.Element):
        if node.line is not None:
            yield locate_line(env, node.source, max(_earliest_line(env, node), 1))


def _next_block(node: nodes.Element) -> nodes.Element | None:
    """Return the next block in document order that is outside of a node and not invisible."""
    current: nodes.Element | None = node
    while current is not None and current.parent is not None:
        parent = current.parent
        for sibling in parent.children[parent.index(current) + 1 :]:
            if isinstance(sibling, nodes.Element) and not _is_unseen(sibling):
                return sibling
        current = parent
    return None


def _is_unseen(node: nodes.Element) -> bool:
    if isinstance(node, nodes.system_message):
        # such a message stands in the place of a block that the parser could not read
        return node["level"] < Reporter.ERROR_LEVEL and MYST_UNKNOWN not in node.astext()
    return isinstance(node, UNSEEN)


def _earliest_line(env: Any, node: nodes.Element) -> int:
    """Return the first line that can belong to a block."""
    line = find_first_line(env, node)
    # a title of reStructuredText may have an overline, which no node records
    if isinstance(node, nodes.section) and not ReadSource.of(env).is_myst(node.source):
        return line - 1
    return line
