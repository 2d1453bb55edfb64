"""The text of a block as readers see it, and the sources that its links name."""

from __future__ import annotations

import re

from docutils import nodes
from sphinx import addnodes

from sphinxext_opsdocs.config.regular_expressions import AnyPattern
from sphinxext_opsdocs.config.schema import is_address
from sphinxext_opsdocs.text.language_file import Language

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
"""Classes of the nodes that Sphinx makes of such roles: literal text of an interface."""
NO_TEXT_CLASS = "versionmodified"
"""Class of the label "Changed in version ..."."""
TAIL = 48
"""Characters before a link among which its attribution is looked for."""


class InlineProse:
    """Reads one block after another; the attributes describe the block that was read last."""

    def __init__(self, language: Language | None) -> None:
        self._attribution = _attribution_pattern(language)
        self.addresses: list[str] = []
        """Web addresses of its links."""
        self.attributed: list[int] = []
        """Offsets in its text of links to the source of a statement."""
        self.is_cited = False
        """It contains a canonical reference."""
        self._parts: list[str] = []
        self._length = 0

    def read(self, block: nodes.Element) -> str:
        """Return the text of a block with its line breaks, and code between backticks."""
        self.addresses, self.attributed, self.is_cited = [], [], False
        self._parts, self._length = [], 0
        self._read_children(block)
        return "".join(self._parts)

    def _add(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)

    def _read_children(self, node: nodes.Element) -> None:
        for child in node.children:
            if isinstance(child, nodes.Text):
                # a backtick in the text would look like the start of code
                self._add(child.astext().replace("`", "'"))
            elif isinstance(child, nodes.Element) and not isinstance(child, UNSEEN):
                self._read_element(child)

    def _read_element(self, node: nodes.Element) -> None:
        classes = node["classes"]
        if NO_TEXT_CLASS in classes:
            return
        if isinstance(node, nodes.literal | nodes.math) or not CODE_CLASSES.isdisjoint(classes):
            self._add(f"`{node.astext().replace('`', ' ')}`")
            return
        if isinstance(node, nodes.reference | addnodes.pending_xref):
            self._read_link(node)
        self._read_children(node)

    def _read_link(self, node: nodes.Element) -> None:
        is_canonical = node.get("reftype") == "canonical"
        self.is_cited |= is_canonical
        address = str(node.get("refuri", ""))
        if is_address(address):
            self.addresses.append(address)
        # the words before a link may be parted by emphasis, so that one part is not enough
        tail = "".join(self._parts[-3:])[-TAIL:].lower()
        if is_canonical or self._attribution.search(tail):
            self.attributed.append(self._length)


def _attribution_pattern(language: Language | None) -> AnyPattern:
    """Return the pattern of the text before a link that makes its target the source."""
    if not language:
        return re.compile("(?!)")
    fillers = "|".join(map(re.escape, language.grammar.link_fillers))
    return language.pattern("attribution", rf"(?:\s+(?:{fillers}))?[\s(]*\Z")
