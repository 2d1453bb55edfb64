"""The new places of moved pages, from sphinx-reredirects, rediraffe or plain files."""

from __future__ import annotations

import fnmatch
import posixpath
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from string import Template
from typing import cast

from sphinx.application import Sphinx

from sphinxext_opsdocs.canonical.page_url import with_anchor
from sphinxext_opsdocs.config.schema import Config, is_address

__all__ = ["redirect_paths", "redirects_of"]

SUFFIXES = (".rst", ".md", ".txt", ".html")
"""Taken from a page as written, besides the suffixes that a project sets for its sources."""
LINE = re.compile(
    r"""(?:(["'])(?P<old>.+?)\1|(?P<bare_old>[^\s#]\S*))\s+"""
    r"""(?:(["'])(?P<new>.+?)\4|(?P<bare_new>\S+))(?:\s+\#.*)?"""
)
"""Two pages, in quotation marks if they contain spaces; a comment has a space before its #."""


def redirects_of(app: Sphinx, names: Collection[str], pages: Iterable[str]) -> Mapping[str, str]:
    """Old docname -> address, or new docname with an anchor if there is one.

    ``names`` are those of plain files, in the folder of any of the ``pages`` or above it. Each line
    contains an old page and the new one, relative to the folder of the old page, or to the folder
    of the file if that leads to no page. The result is the same for every builder.
    """
    reader = _Reader(app)
    redirects = dict(reader.from_files(names, pages))
    redirects |= reader.from_rediraffe()
    redirects |= reader.from_reredirects()
    return {old: new for old, new in sorted(redirects.items()) if old != new}


def redirect_paths(app: Sphinx, config: Config) -> Iterator[Path]:
    """Yield every path at which ``redirects_of`` may look for a file."""
    srcdir = Path(app.srcdir)
    if config.redirects:
        folders = {folder for page in app.env.found_docs for folder in _folders_above(page)}
        yield from (srcdir / folder / name for folder in folders for name in config.redirects)
    table: object = getattr(app.config, "rediraffe_redirects", None)
    if isinstance(table, str) and table:
        yield srcdir / table


class _Reader:
    """The tables of a project, and its pages, to which they may lead."""

    def __init__(self, app: Sphinx) -> None:
        self._srcdir = Path(app.srcdir)
        self._docnames = app.project.docnames
        html_suffix = str(app.config.html_file_suffix or "")
        self._suffixes = dict.fromkeys((*app.config.source_suffix, html_suffix, *SUFFIXES))
        self._rediraffe: object = getattr(app.config, "rediraffe_redirects", None)
        self._reredirects: object = getattr(app.config, "redirects", None)

    def from_files(self, names: Collection[str], pages: Iterable[str]) -> Iterator[tuple[str, str]]:
        folders = {folder for page in pages for folder in _folders_above(page)}
        for folder in sorted(folders):
            for name in names:
                path = self._srcdir / folder / name
                if path.is_file():
                    yield from self._from_lines(path, folder)

    def from_rediraffe(self) -> dict[str, str]:
        """``rediraffe_redirects``, a file or a table: https://sphinxext-rediraffe.readthedocs.io"""
        if not isinstance(self._rediraffe, str):
            table = _text_table(self._rediraffe)
            return {self._docname("", old): self._target(new, [""]) for old, new in table.items()}
        path = self._srcdir / self._rediraffe
        if not self._rediraffe or not path.is_file():
            return {}
        return dict(self._from_lines(path, ""))

    def from_reredirects(self) -> dict[str, str]:
        """``redirects``, by docname or pattern: https://documatt.com/sphinx-reredirects"""
        targets: dict[str, str] = {}
        for source, target in _text_table(self._reredirects).items():
            if any(char in source for char in "*?["):
                for old in fnmatch.filter(self._docnames, source):
                    targets[old] = Template(target).safe_substitute(source=old)
            else:
                targets[self._docname("", source)] = target
        # one may lead to another, whose page need not exist
        return {old: self._linked_target(old, new, targets) for old, new in targets.items()}

    def _from_lines(self, path: Path, folder: str) -> Iterator[tuple[str, str]]:
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
            if match := LINE.fullmatch(line.strip()):
                old = self._docname(folder, match["old"] or match["bare_old"])
                new = match["new"] or match["bare_new"]
                yield old, self._target(new, [posixpath.dirname(old), folder])

    def _linked_target(self, old: str, target: str, others: Collection[str]) -> str:
        """The page that a link on the page ``old`` leads to, whichever builder it is written for.

        The builder dirhtml makes a folder of a page: there the same link starts one level deeper.
        """
        folders = [posixpath.dirname(old)]
        if posixpath.basename(old) != "index":
            folders.append(old)
        if target.partition("#")[0].endswith("/"):
            folders.reverse()
        return self._target(target, folders, others)

    def _target(self, text: str, folders: Sequence[str], others: Collection[str] = ()) -> str:
        """An address as it is, or the page below the first of the folders that has such a page.

        If none has one, the page below the first folder. ``others`` are old pages.
        """
        if is_address(text):
            return text
        page, _, anchor = text.partition("#")
        candidates: list[str] = []
        for folder in folders:
            docname = self._docname(folder, page)
            candidates += [docname, f"{docname}/index", docname.removesuffix("/index")]
        existing = (name for name in candidates if name in self._docnames or name in others)
        return with_anchor(next(existing, candidates[0]), anchor)

    def _docname(self, folder: str, text: str) -> str:
        """The docname of a page as written, relative to a folder; an anchor stays at its end."""
        page, _, anchor = text.replace("\\", "/").partition("#")
        if page.startswith("/"):
            folder = ""
        docname = posixpath.normpath(posixpath.join(folder, page.lstrip("/")))
        for suffix in self._suffixes:
            docname = docname.removesuffix(suffix)
        return with_anchor(docname, anchor)


def _folders_above(page: str) -> Iterator[str]:
    folder = posixpath.dirname(page)
    while folder:
        yield folder
        folder = posixpath.dirname(folder)
    yield ""


def _text_table(value: object) -> dict[str, str]:
    if not isinstance(value, Mapping):
        return {}
    return {str(old): str(new) for old, new in cast(Mapping[object, object], value).items()}
