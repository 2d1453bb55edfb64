"""Makes Sphinx read other text in the place of a writer's file, which stays as it is."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sphinx.application import Sphinx

from sphinxext_opsdocs.edits.source_text import SourceText
from sphinxext_opsdocs.storage import temporary_copy

__all__ = ["trial_source"]

BEFORE_ALL = -950
"""Priority of the handler of ``source-read`` that takes the place of the file itself."""


@contextmanager
def trial_source(
    app: Sphinx, docname: str, source: SourceText, lines: Sequence[str]
) -> Generator[None]:
    """Give these lines to the parser while a page is read that is, or includes, a file."""
    if app.env.doc2path(docname).resolve() == source.path.resolve():
        trial = _as_page(app, docname, source.as_parsed(lines))
    else:
        trial = _as_included_file(app, source.path, source.encode(lines))
    with trial:
        yield


@contextmanager
def _as_page(app: Sphinx, docname: str, text: str) -> Generator[None]:
    def give_text(_app: Sphinx, name: str, content: list[str]) -> None:
        if name == docname:
            content[0] = text

    listener = app.connect("source-read", give_text, priority=BEFORE_ALL)
    try:
        yield
    finally:
        app.disconnect(listener)


@contextmanager
def _as_included_file(app: Sphinx, path: Path, data: bytes) -> Generator[None]:
    # the event include-read gets only the part that is included, and not where it starts; but both
    # parsers ask the environment where a file is
    original, find = path.resolve(), app.env.relfn2path
    with temporary_copy(path, data) as copy:

        def find_copy(filename: str | Path, docname: str | None = None) -> tuple[str, str]:
            relative, absolute = find(filename, docname)
            if Path(absolute).resolve() == original:
                return relative, str(copy)
            return relative, absolute

        app.env.relfn2path = find_copy  # type: ignore[method-assign]
        try:
            yield
        finally:
            app.env.relfn2path = find  # type: ignore[method-assign]
