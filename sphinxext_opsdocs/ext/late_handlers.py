"""Handlers of events of pages that are read or written: most builds change nothing.

Each imports what does the work when the first page comes.
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform

__all__ = [
    "ShowBlocks",
    "add_reading_transforms",
    "keep_source",
    "on_doctree_read",
    "on_source_read",
]


def add_reading_transforms(app: Sphinx, _env: BuildEnvironment, docnames: list[str]) -> None:
    """Add the transforms of pages that are read; handler of ``env-before-read-docs``."""
    if not docnames:
        return
    from sphinxext_opsdocs.ext.original_text import KeepUntranslated
    from sphinxext_opsdocs.ext.typography import ComputeEnglish, LocateEnglish

    for transform in (KeepUntranslated, ComputeEnglish, LocateEnglish):
        # one application can read pages more than once
        if transform not in app.registry.transforms:
            app.add_transform(transform)


def keep_source(app: Sphinx, docname: str, source: list[str]) -> None:
    """Keep the text of the file; handler of ``source-read``."""
    from sphinxext_opsdocs.ext.on_source_read import keep_source as keep

    keep(app, docname, source)


def on_source_read(app: Sphinx, docname: str, source: list[str]) -> None:
    """Keep the text that the parser gets; handler of ``source-read``."""
    from sphinxext_opsdocs.ext.on_source_read import on_source_read as handle

    handle(app, docname, source)


def on_doctree_read(app: Sphinx, doctree: nodes.document) -> None:
    """Store the facts of a page; handler of ``doctree-read``."""
    from sphinxext_opsdocs.ext.on_doctree_read import on_doctree_read as handle

    handle(app, doctree)


class ShowBlocks(SphinxPostTransform):
    """Fills headers, deviations, dependents and reports.

    For builders that write one document, such as latex, the doctree contains all their pages.
    """

    # after references are resolved and conditions decided, before linkcheck collects addresses
    default_priority = 750

    def run(self, **kwargs: Any) -> None:
        """Fill the placeholders of a page."""
        from sphinxext_opsdocs.ext.block_filling import fill_blocks

        fill_blocks(self.document, self.env)
