"""Handlers of ``source-read``, before and after all other extensions.

They keep the text of the file and the text that the parser gets, and observe which names of
directives and roles nobody registered.
"""

from __future__ import annotations

from pathlib import Path

from sphinx.application import Sphinx

from sphinxext_opsdocs.config.globs import glob_matches
from sphinxext_opsdocs.ext.domain import OpsDomain
from sphinxext_opsdocs.markup.fields import gather_docinfo, read_docinfo_fields
from sphinxext_opsdocs.markup.header import is_governed_header
from sphinxext_opsdocs.markup.read_source import ReadSource
from sphinxext_opsdocs.markup.unregistered_names import LookupObserver

__all__ = ["keep_source", "on_source_read"]


def keep_source(app: Sphinx, _docname: str, source: list[str]) -> None:
    """Keep the text of the file before any extension changes it."""
    ReadSource.start(app.env, Path(app.confdir), source[0])


def on_source_read(app: Sphinx, docname: str, source: list[str]) -> None:
    """Keep the text that the parser gets, and observe the lookups of the page."""
    read_source = ReadSource.of(app.env)
    read_source.text = source[0]
    if app.config.rst_prolog and not read_source.is_myst(None):
        # Sphinx inserts rst_prolog before the first line that starts no field: into a header that
        # has a longer value, or before one behind a comment
        config = OpsDomain.of(app.env).config
        is_governed = glob_matches(docname, config.governed)
        names = (field.name for field in read_docinfo_fields(source[0]))
        if is_governed_header(names, config.header, is_governed):
            source[0] = gather_docinfo(source[0])
    LookupObserver(app.env).enable()
