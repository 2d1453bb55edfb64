"""Pages that Sphinx cannot read: each is named, and in a check it does not end the reading."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import SphinxError
from sphinx.util import logging

from sphinxext_opsdocs.facts.model import Place, Problem

if TYPE_CHECKING:
    from sphinxext_opsdocs.ext.domain import OpsDomain

__all__ = ["name_unreadable_pages", "project_problems", "unreadable_page"]

PAGE_UNREADABLE = "page_unreadable"
"""The rule that reports these pages."""
LONGEST_REASON = 300
logger = logging.getLogger(__name__)


def unreadable_page(env: BuildEnvironment, docname: str, error: BaseException) -> Problem:
    """Return the problem for a page whose reading ended with an error."""
    path = Path(env.doc2path(docname, base=False)).as_posix()
    line, reason = 1, _reason(error)
    # a directive can fail on the bytes of another file
    if isinstance(error, UnicodeDecodeError) and error.object == _content(env, docname):
        line += error.object.count(b"\n", 0, error.start)
        reason = f"it contains a byte that is not {error.encoding}; save it as {error.encoding}"
    message = f"this page cannot be read, so no rule has looked at it: {reason}"
    return Problem(PAGE_UNREADABLE, message, Place(path, line))


def _content(env: BuildEnvironment, docname: str) -> bytes:
    try:
        return Path(env.doc2path(docname)).read_bytes()
    except OSError:
        return b""


def _reason(error: BaseException) -> str:
    if isinstance(error, RecursionError):
        return "it is nested too deeply, or includes itself; nest less"
    text = " ".join(f"{type(error).__name__}: {error}".split())
    return text[:LONGEST_REASON]


def project_problems(ops_domain: OpsDomain) -> tuple[Problem, ...]:
    """What is wrong with the project as a whole, or with a page of which nothing is known."""
    unreadable = ops_domain.unreadable_pages
    return *ops_domain.taken_names, *(unreadable[docname] for docname in sorted(unreadable))


def name_unreadable_pages(app: Sphinx) -> None:
    """Make a build that ends in a page name that page: Sphinx itself names none."""
    read: Callable[..., None] = app.builder.read_doc
    process = os.getpid()

    def read_doc(docname: str, **options: Any) -> None:
        try:
            read(docname, **options)
        except Exception as error:
            problem = unreadable_page(app.env, docname, error)
            logger.error("%s", problem.message, location=(docname, problem.place.line))
            if os.getpid() == process:
                raise
            # a process that reads in parallel loses its messages, and all of an error but its text
            path, line = problem.place.path, problem.place.line
            raise SphinxError(f"{path}:{line}: {problem.message}") from error

    app.builder.read_doc = read_doc  # type: ignore[method-assign, misc]
