"""The builders that read documents for their facts, and write no pages."""

from __future__ import annotations

import gc
import io
from collections.abc import Sequence
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.environment import BuildEnvironment

from sphinxext_opsdocs.ext.domain import OpsDomain
from sphinxext_opsdocs.ext.reading_cache import compare_contents, is_kept
from sphinxext_opsdocs.ext.unreadable_pages import unreadable_page
from sphinxext_opsdocs.ext.warned_pages import note_warnings
from sphinxext_opsdocs.reports.progress import ProgressLine

__all__ = ["FACTS_BUILDER", "REVIEW_BUILDER", "FactsBuilder", "ReviewBuilder"]

FACTS_BUILDER, REVIEW_BUILDER = "opsdocs", "opsdocs-review"
READING = "reading pages"
NO_TITLE = nodes.title("", "")


class FactsBuilder(Builder):
    """Reads documents and drops their doctrees: all facts are stored while Sphinx reads them."""

    name = FACTS_BUILDER
    allow_parallel = True

    def __init__(self, app: Sphinx, env: BuildEnvironment) -> None:
        super().__init__(app, env)
        self._application = app
        self.progress = ProgressLine(io.StringIO())
        """Shows how many pages have been read; nothing as long as nobody puts it on a terminal."""

    def read(self) -> list[str]:  # type: ignore[misc]
        """Read the pages that have changed, with a cache; else all."""
        if is_kept(self._application):
            compare_contents(self.env)
        docnames = super().read()
        if docnames:
            # doctrees are full of cycles: without this, the last of them would stay to the end
            gc.collect()
        return docnames

    def _read_serial(self, docnames: list[str]) -> None:
        self.progress.start(READING, len(docnames))
        super()._read_serial(docnames)

    def _read_parallel(self, docnames: list[str], nproc: int) -> None:
        self.progress.start(READING, len(docnames))
        for docname in docnames:
            self.events.emit("env-purge-doc", self.env, docname)
            self.env.clear_doc(docname)

        def merge(part: Sequence[str], env: BuildEnvironment) -> None:
            self.env.merge_info_from(part, env, self._application)

        from sphinxext_opsdocs.ext.parallel_reading import read_in_processes  # only with -j

        read_in_processes(self.env, docnames, nproc, self._read, merge, self.progress.advance)

    def read_doc(self, docname: str, *, _cache: bool = True) -> None:  # type: ignore[misc]
        """Read a page; one whose reading fails is noted, and all others are read."""
        self.progress.advance()
        self._read(docname)

    def _read(self, docname: str) -> None:
        if not is_kept(self._application):
            self._read_or_note(docname)
            return
        with note_warnings(self._application, docname):
            self._read_or_note(docname)

    def _read_or_note(self, docname: str) -> None:
        try:
            super().read_doc(docname, _cache=False)
        # an extension can raise anything, and end the process
        except (Exception, SystemExit) as error:
            problem = unreadable_page(self.env, docname, error)
            self._read_as_empty(docname)
            ops_domain = OpsDomain.of(self.env)
            ops_domain.clear_doc(docname)
            ops_domain.unreadable_pages[docname] = problem
        # facts contain it as text; Sphinx would keep its nodes
        self.env.titles[docname] = self.env.longtitles[docname] = NO_TITLE

    def _read_as_empty(self, docname: str) -> None:
        """Read an empty file for a page: Sphinx and its extensions want data of every page."""
        env = self.env
        self.events.emit("env-purge-doc", env, docname)
        env.clear_doc(docname)
        env.temp_data.clear()
        env.ref_context.clear()
        suffix = env.doc2path(docname).suffix
        if ".rst" in self.config.source_suffix:
            suffix = ".rst"  # a parser of another suffix may not take an empty file
        file = Path(self.outdir, f"empty{suffix}")
        file.touch()
        find = env.doc2path
        env.doc2path = lambda _docname, *_options, **_named: file  # type: ignore[assignment, method-assign]
        try:
            super().read_doc(docname, _cache=False)
        except (Exception, SystemExit):  # a handler can fail on the name of the page alone
            self._note_page(docname)
        finally:
            env.doc2path = find  # type: ignore[method-assign]

    def _note_page(self, docname: str) -> None:
        """Give a page the least that Sphinx asks of every page."""
        env = self.env
        env.temp_data.clear()
        env.ref_context.clear()
        env.all_docs[docname] = 0
        env.metadata[docname] = {}

    def write_doctree(self, docname: str, doctree: nodes.document, *, _cache: bool = True) -> None:  # type: ignore[misc]
        """Write nothing: no later phase needs a doctree."""

    def get_outdated_docs(self) -> list[str]:
        """Return no page: none is ever written."""
        return []

    def get_target_uri(self, docname: str, typ: str | None = None) -> str:
        """Return the docname itself."""
        return docname


class ReviewBuilder(FactsBuilder):
    """Reads the text of all governed pages too, and keeps its environment for the next review."""

    name = REVIEW_BUILDER

    def write_doctree(self, docname: str, doctree: nodes.document, *, _cache: bool = True) -> None:  # type: ignore[misc]
        """Write an empty file: Sphinx reads a page again if it has no doctree file."""
        mark = Path(self.doctreedir, f"{docname}.doctree")
        mark.parent.mkdir(parents=True, exist_ok=True)
        mark.touch()
