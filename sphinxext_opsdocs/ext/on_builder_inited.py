"""Handler of ``builder-inited``: finds short names that were taken, and prepares the reading."""

from __future__ import annotations

from pathlib import Path

from sphinx.application import Sphinx

from sphinxext_opsdocs.ext.domain import OpsDomain
from sphinxext_opsdocs.ext.facts_builder import FACTS_BUILDER, REVIEW_BUILDER
from sphinxext_opsdocs.ext.short_names import find_taken_names
from sphinxext_opsdocs.ext.unreadable_pages import name_unreadable_pages

__all__ = ["on_builder_inited"]


def on_builder_inited(app: Sphinx) -> None:
    """Keep what was found for the check, before a page can register roles of its own."""
    ops_domain = OpsDomain.of(app.env)
    ops_domain.builder = app.builder
    ops_domain.confdir = Path(app.confdir)
    ops_domain.taken_names = tuple(find_taken_names(app))
    name_unreadable_pages(app)
    if app.builder.name in (FACTS_BUILDER, REVIEW_BUILDER):
        from sphinxext_opsdocs.ext.lean_reading import read_lean  # not for builds of pages

        read_lean(app)
