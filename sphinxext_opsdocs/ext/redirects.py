"""Where moved pages of this project went: as sphinx-reredirects, rediraffe or plain files say."""

from __future__ import annotations

import fnmatch
import posixpath
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import cast

from sphinx.application import Sphinx

from sphinxext_opsdocs.config.schema import is_address

__all__ = ["redirects_of"]

SUFFIXES = (".rst", ".md", ".txt", ".html")


def redirects_of(app: Sphinx, names: Collection[str], pages: Iterable[str]) -> Mapping[str, str]:
    """Old docname -> new docname, with an anchor where one is given, or address.

    ``names`` are those of plain files, which are looked for in the folders of ``pages`` and above.
    Each line has an old page and the new one, relative to the folder of the old page, or to that
    of the file where no such page exists.
    """
    known = app.project.docnames
    found = dict(_from_files(Path(app.srcdir), names, pages, known))
    found |= _from_rediraffe(app, known)
    found |= _from_reredirects(app, known)
    return {old: new for old, new in sorted(found.items()) if old != new}


def _from_files(
    srcdir: Path, names: Collection[str], pages: Iterable[str], known: Collection[str]
) -> Iterator[tuple[str, str]]:
    folders = {folder for page in pages for folder in _folders_above(page)}
    for folder in sorted(folders):
        for name in names:
            path = srcdir / folder / name
            if path.is_file():
                yield from _from_lines(path, folder, known)


def _folders_above(page: str) -> Iterator[str]:
    folder = posixpath.dirname(page)
    while folder:
        yield folder
        folder = posixpath.dirname(folder)
    yield ""


def _from_lines(path: Path, folder: str, known: Collection[str]) -> Iterator[tuple[str, str]]:
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        words = [word.strip("\"'") for word in line.partition(" #")[0].split()]
        if len(words) == 2 and not words[0].startswith("#"):
            old = _docname(folder, words[0])
            yield old, _target(words[1], (posixpath.dirname(old), folder), known)


def _from_rediraffe(app: Sphinx, known: Collection[str]) -> dict[str, str]:
    """https://sphinxext-rediraffe.readthedocs.io: ``rediraffe_redirects``, a file or a table."""
    given = _setting(app, "rediraffe_redirects")
    if isinstance(given, str) and given:
        path = Path(app.srcdir, given)
        return dict(_from_lines(path, "", known)) if path.is_file() else {}
    return {_docname("", old): _target(new, ("",), known) for old, new in _table(given).items()}


def _from_reredirects(app: Sphinx, known: Collection[str]) -> dict[str, str]:
    """https://documatt.com/sphinx-reredirects: ``redirects``, by docname or pattern of some."""
    found: dict[str, str] = {}
    for pattern, target in _table(_setting(app, "redirects")).items():
        has_wildcard = any(char in pattern for char in "*?[")
        for old in fnmatch.filter(known, pattern) if has_wildcard else [pattern]:
            new = target.replace("$source", posixpath.basename(old))
            found[old] = _target(new, (posixpath.dirname(old),), known)
    return found


def _setting(app: Sphinx, name: str) -> object:
    """A setting of another extension; None where that is not loaded."""
    return getattr(app.config, name) if name in app.config.values else None


def _table(value: object) -> dict[str, str]:
    if not isinstance(value, Mapping):
        return {}
    return {str(old): str(new) for old, new in cast(Mapping[object, object], value).items()}


def _docname(folder: str, text: str) -> str:
    """A page as written, relative to a folder, as a docname; an anchor stays behind it."""
    page, mark, anchor = text.partition("#")
    base = "" if page.startswith("/") else folder
    path = posixpath.normpath(posixpath.join(base, page.lstrip("/")))
    for suffix in SUFFIXES:
        path = path.removesuffix(suffix)
    return f"{path}{mark}{anchor}"


def _target(text: str, folders: Iterable[str], known: Collection[str]) -> str:
    """An address, or the docname below the first of the folders where there is such a page."""
    if is_address(text):
        return text
    candidates = [
        name
        for folder in folders
        for path in [_docname(folder, text)]
        for name in (path, *(f"{path.partition('#')[0]}/index",))
    ]
    return next((n for n in candidates if n.partition("#")[0] in known), candidates[0])
