"""Reading without what only pages need: facts stay the same, byte for byte.

Of the time that Sphinx takes to read a page, more than a third goes to transforms and collectors
that a check has no use for, or that walk through every node to change none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from docutils import nodes
from docutils.transforms import Transform
from docutils.utils import normalize_language_tag, smartquotes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.builders.latex.transforms import FootnoteDocnameUpdater
from sphinx.environment.collectors.asset import DownloadFileCollector, ImageCollector
from sphinx.environment.collectors.toctree import TocTreeCollector
from sphinx.transforms import (
    DoctestTransform,
    DoctreeReadEvent,
    ReorderConsecutiveTargetAndIndexNodes,
    SphinxSmartQuotes,
    i18n,
)
from sphinx.transforms.references import SphinxDanglingReferences
from sphinx.versioning import UIDTransform

from sphinxext_opsdocs.ext.catalogues import has_catalogues

__all__ = ["CHANGEABLE", "DEFAULT_ACTION", "read_lean"]

CHANGEABLE = re.compile(r"[\"'\\\x00]|--|\.\.\.|\. \. \.")
"""What smart quotes change with their default action, or treat as an escape."""
DEFAULT_ACTION = "qDe"
"""Quotation marks, dashes and ellipses: the default value of ``smartquotes_action``."""
UNUSED: frozenset[type[Transform]] = frozenset(
    {DoctestTransform, FootnoteDocnameUpdater, UIDTransform}
)
UNUSED_WITHOUT_CATALOGUES = frozenset(
    {
        i18n.AddTranslationClasses,
        i18n.Locale,
        i18n.PreserveTranslatableMessages,
        i18n.RemoveTranslatableInline,
        i18n.TranslationProgressTotaliser,
    }
)
UNUSED_COLLECTORS = DownloadFileCollector, ImageCollector, TocTreeCollector
FACTS_PRIORITY = DoctreeReadEvent.default_priority
"""Facts are read at this priority: nobody sees what Sphinx does to a page later."""


def read_lean(app: Sphinx) -> None:
    """Leave out of the reading of pages what has no effect on facts and findings."""
    unused = UNUSED
    if not has_catalogues(app.env, str(app.config.language)):
        unused |= UNUSED_WITHOUT_CATALOGUES
    # the list of this application; those with the same priority are applied in its order
    transforms = app.registry.transforms
    transforms[:] = [
        LEAN.get(transform, transform)
        for transform in transforms
        if transform not in unused and not _is_late(transform)
    ]
    for collector in _collectors(app):
        collector.disable(app)


def _is_late(transform: type[Transform]) -> bool:
    priority: int = transform.default_priority or 0
    return priority > (FACTS_PRIORITY or 0) and transform.__module__.startswith("sphinx.")


def _collectors(app: Sphinx) -> list[Any]:
    """The collectors that nothing of ours depends on."""
    handlers = (listener.handler for listener in app.events.listeners["doctree-read"])
    owners = (getattr(handler, "__self__", None) for handler in handlers)
    return [owner for owner in owners if isinstance(owner, UNUSED_COLLECTORS)]


class _LeanDanglingReferences(SphinxDanglingReferences):
    """Looks for unresolved references before every node is visited for them."""

    def apply(self, **kwargs: Any) -> None:
        """Resolve or report the unresolved references of a page that has any."""
        if next(self.document.findall(_is_unresolved), None) is not None:
            super().apply(**kwargs)


def _is_unresolved(node: nodes.Node) -> bool:
    if not isinstance(node, nodes.reference | nodes.footnote_reference | nodes.citation_reference):
        return False
    return not node.resolved and node.hasattr("refname")


class _LeanReorder(ReorderConsecutiveTargetAndIndexNodes):
    """Leaves a page alone that has no index entry: its targets are in order."""

    def apply(self, **kwargs: Any) -> None:
        """Move index entries before the targets beside them."""
        if next(self.document.findall(addnodes.index), None) is not None:
            super().apply(**kwargs)


class _LeanSmartQuotes(SphinxSmartQuotes):
    """Looks at the blocks of text that contain something to change."""

    def apply(self, **kwargs: Any) -> None:
        """Change quotation marks, dashes and ellipses."""
        if self._is_default():
            document: Any = _ChangeableBlocks(self.document)
            self.document = document
        super().apply(**kwargs)

    def _is_default(self) -> bool:
        tags = normalize_language_tag(self.document.settings.language_code)
        is_supported = any(tag in smartquotes.smartchars.quotes for tag in tags)
        return is_supported and self.config.smartquotes_action == DEFAULT_ACTION


class _ChangeableBlocks:
    """A document that shows smart quotes only what they would change."""

    def __init__(self, document: nodes.document) -> None:
        self._document = document
        self.settings, self.reporter = document.settings, document.reporter

    def findall(self, condition: type[nodes.Element]) -> Iterator[nodes.Element]:
        """Yield the blocks to change; the texts of others lose their lines, as if changed."""
        skipped = SphinxSmartQuotes.nodes_to_skip
        for block in self._document.findall(condition):
            if isinstance(block, skipped) or isinstance(block.parent, nodes.TextElement):
                continue
            texts = list(block.findall(nodes.Text))
            if any(map(CHANGEABLE.search, texts)):
                yield block
            else:
                _forget_lines(texts)


def _forget_lines(texts: list[nodes.Text]) -> None:
    for text in texts:
        parent: Any = text.parent
        if not isinstance(parent, nodes.option_string):
            text.source = text.line = None
            parent.setup_child(text)


LEAN: dict[type[Transform], type[Transform]] = {
    ReorderConsecutiveTargetAndIndexNodes: _LeanReorder,
    SphinxDanglingReferences: _LeanDanglingReferences,
    SphinxSmartQuotes: _LeanSmartQuotes,
}
"""What is put in the place of a transform, with the same effect on facts."""
