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
    ops_domain = OpsDomain.of(env)
    ops_domain.has_news |= bool(docnames)
    if ops_domain.file_contents:
        ops_domain.file_contents.note_sources(docnames)
