"""Handler of ``builder-inited``: finds short names that were taken, and watches the reading."""

from __future__ import annotations

from sphinx.application import Sphinx

from sphinxext_opsdocs.ext.domain import OpsDomain
from sphinxext_opsdocs.ext.short_names import find_taken_names
from sphinxext_opsdocs.ext.unreadable_pages import name_unreadable_pages

__all__ = ["on_builder_inited"]


def on_builder_inited(app: Sphinx) -> None:
    """Keep what was found for the check, before a page can register roles of its own."""
    OpsDomain.of(app.env).taken_names = tuple(find_taken_names(app))
    name_unreadable_pages(app)
