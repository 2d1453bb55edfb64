"""Handler of ``env-before-read-docs``: forgets needs and records files, before any page is read."""

from __future__ import annotations

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from sphinxext_opsdocs.ext.domain import OpsDomain
from sphinxext_opsdocs.ext.needs import forget_needs

__all__ = ["on_env_before_read_docs"]


def on_env_before_read_docs(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Prepare for the reading of pages."""
    forget_needs(app, docnames)
    if contents := OpsDomain.of(env).file_contents:
        contents.note_sources(docnames)
