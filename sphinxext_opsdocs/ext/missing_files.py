"""Files that a page names and that could not be read: the next build looks for them again."""

from __future__ import annotations

import re

from docutils import nodes
from sphinx.environment import BuildEnvironment

from sphinxext_opsdocs.markup.read_source import ReadSource

__all__ = ["note_missing_files"]

NAMES_FILE = re.compile(r"include|:file:")
"""What the text of a page contains if docutils reads a further file for it."""
FAILURE = re.compile(r"Problems with \W[\w-]+\W directive")
"""What docutils writes; Sphinx makes its quotation marks typographic ones."""


def note_missing_files(env: BuildEnvironment, doctree: nodes.document) -> None:
    """Read a page again in the next build if a file for it could not be read in this one.

    docutils makes a page depend on a file only when it has opened it, so that nobody would notice
    when the file is there.
    """
    # few pages name files, and to look at every node of all others would take time
    if not NAMES_FILE.search(ReadSource.of(env).text):
        return
    if any(FAILURE.search(message.astext()) for message in doctree.findall(nodes.system_message)):
        env.note_reread()
