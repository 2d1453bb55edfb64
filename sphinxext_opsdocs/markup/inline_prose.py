"""Inline content to the text that readers see, with what links in it say of it."""

from __future__ import annotations

import re

from docutils import nodes
from sphinx import addnodes

from sphinxext_opsdocs.config.schema import is_address
from sphinxext_opsdocs.text.language import Language

__all__ = ["InlineProse"]

UNSEEN = (
    nodes.footnote_reference,
    nodes.citation_reference,
    nodes.problematic,
    nodes.raw,
    nodes.image,
    nodes.comment,
    nodes.system_message,
    addnodes.index,
)
CODE_CLASSES = frozenset({"guilabel", "menuselection", "command", "kbd", "file", "samp", "program"})
NO_TEXT_CLASS = "versionmodified"
TAIL = 48
"""Characters before a link in which the words stand that make it a source."""


class InlineProse:
    """Reads one block after the other; the attributes tell of the block that was read last."""

    def __init__(self, language: Language | None) -> None:
        before_link = language.pattern("attribution").pattern if language else "(?!)"
        self._before_link = re.compile(rf"{before_link}(?:\s+(?:the|our|also))?[\s(]*\Z")
        self.addresses: list[str] = []
        """Where its links to elsewhere lead."""
        self.attributed: list[int] = []
        """Offsets in its text of links to the source of what is said."""
        self.is_cited = False
        """Whether it has a canonical reference."""
        self._parts: list[str] = []
        self._length = 0

    def read(self, block: nodes.Element) -> str:
        """The text of a block, its line breaks kept. Code is between backticks and has none."""
        self.addresses, self.attributed, self.is_cited = [], [], False
        self._parts, self._length = [], 0
        self._children(block)
        return "".join(self._parts)

    def _add(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)

    def _children(self, node: nodes.Element) -> None:
        for child in node.children:
            if isinstance(child, nodes.Text):
                self._add(child.astext().replace("`", "'"))
            elif isinstance(child, nodes.Element) and not isinstance(child, UNSEEN):
                self._element(child)

    def _element(self, node: nodes.Element) -> None:
        classes = node["classes"]
        if NO_TEXT_CLASS in classes:
            return
        if isinstance(node, nodes.literal | nodes.math) or not CODE_CLASSES.isdisjoint(classes):
            self._add(f"`{node.astext().replace('`', ' ')}`")
            return
        if isinstance(node, nodes.reference | addnodes.pending_xref):
            self._link(node)
        self._children(node)

    def _link(self, node: nodes.Element) -> None:
        is_canonical = node.get("reftype") == "canonical"
        self.is_cited |= is_canonical
        address = str(node.get("refuri", ""))
        if is_address(address):
            self.addresses.append(address)
        tail = "".join(self._parts[-3:])[-TAIL:].lower()
        if is_canonical or self._before_link.search(tail):
            self.attributed.append(self._length)
