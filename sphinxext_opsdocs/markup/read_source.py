"""The source of the page that is being read: its text as Sphinx read it, and places in files."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from sphinxext_opsdocs.facts.model import Place
from sphinxext_opsdocs.markup.docstrings import find_docstring_line
from sphinxext_opsdocs.markup.line_numbers import (
    BREAKS,
    at_line,
    match_lines,
    number_lines,
    number_rst_lines,
)

__all__ = ["ReadSource", "is_myst_file"]

KEY = "opsdocs_source"
CONF = "conf.py"
PADDING = re.compile(r"\Ainternal padding (?:before|after) ")
"""What docutils writes before the name of an included file, for the blank lines around it."""
DOCSTRING, TRANSLATED = ":docstring of ", re.compile(r":(\d+):<translated>\Z")
"""What autodoc and Sphinx write behind the name of a file."""
CONFIGURED = re.compile(r"\A<rst_(pro|epi)log(?:ue)?>\Z")

Finder = Callable[[int], Place]
"""Returns the place of a line of one source."""


def is_myst_file(name: str) -> bool:
    """Return whether MyST reads a source file, judged by its name."""
    return name.endswith((".md", ".markdown", ".myst"))


class ReadSource:
    """The source of one page, kept while the page is read.

    ``text`` is what the parser reads. It differs from that of the file where an extension changed
    it (event ``source-read``).
    """

    def __init__(self, env: Any, confdir: Path, text: str) -> None:
        self.text = self._file_text = text
        self._file = str(env.doc2path(env.docname))
        self._srcdir, self._conf = Path(env.srcdir), confdir / CONF
        self._config = env.config
        self.path = self._relative(Path(self._file))
        self._finders: dict[str, Finder | None] = {}
        self._texts = {self.path: text}
        self._excess: dict[str, int] = {}
        self._parsers = {self._file: is_myst_file(self._file)}

    @classmethod
    def start(cls, env: Any, confdir: Path, text: str) -> None:
        """Keep the source of a page until the next one is read."""
        env.temp_data[KEY] = cls(env, confdir, text)

    @classmethod
    def of(cls, env: Any) -> ReadSource:
        """Return the source of the page that is being read."""
        if KEY not in env.temp_data:  # a page that is no file of the project
            file = Path(env.doc2path(env.docname))
            cls.start(env, Path(env.srcdir), _read(file))
        source: ReadSource = env.temp_data[KEY]
        return source

    def note_part(self, source: str, is_myst: bool, numbers: Sequence[int]) -> None:
        """Note the parser and the lines of a file of which a part is read apart from the page."""
        path = self._relative(Path(source))
        self._parsers[source] = is_myst
        self._finders[source] = lambda line: Place(path, at_line(numbers, line))

    def is_myst(self, source: str | None) -> bool:
        """Return whether MyST reads a source."""
        page = self._parsers[self._file]
        return self._parsers.get(str(source), page) if source else page

    def has(self, source: str | None) -> bool:
        """Return whether a source as docutils names it is text of a file; none is the page's."""
        return source is None or self._finder(source) is not None

    def place(self, source: str | None, line: int | None) -> Place:
        """Return the place of a line of a source; without a known one, a line of the page."""
        find = self._finder(source or self._file) or self._page_place
        return find(max(line or 1, 1))

    def excess_lines(self, path: str) -> int:
        """Return how many lines too many the place of a block in a file may be, at most.

        In the body of a directive, MyST counts the lines of ``str.splitlines``.
        """
        if path not in self._excess:
            is_myst = self._parsers[self._file]
            self._excess[path] = len(BREAKS.findall(self.file_text(path))) if is_myst else 0
        return self._excess[path]

    def nearest_place(self, place: Place, text: str) -> Place:
        """Return the line that contains the start of a block, at a place or shortly before it."""
        lines = self.file_text(place.path).split("\n")
        words = BREAKS.split(text.lstrip().partition("\n")[0])[0].strip()
        last = min(place.line, len(lines))
        first = max(last - self.excess_lines(place.path), 1)
        found = (line for line in range(last, first - 1, -1) if words in lines[line - 1])
        return Place(place.path, next(found, place.line))

    def text_line(self, line: int) -> int:
        """Return the line of the file that a line of ``text`` comes from."""
        if self.text is self._file_text:
            return line
        return at_line(self._matched, line)

    def file_text(self, path: str) -> str:
        """Return the text of a file of a place; empty for one that cannot be read."""
        if path not in self._texts:
            self._texts[path] = _read(self._srcdir / path)
        return self._texts[path]

    def included_text(self, name: str) -> str:
        """Return the text of a file that docutils names relative to the working directory."""
        return self.file_text(self._relative(Path(name)))

    @cached_property
    def _matched(self) -> list[int]:
        return match_lines(self.text, self._file_text)

    @cached_property
    def _parsed(self) -> list[int]:
        """The line of ``text`` for each line of the parser."""
        return number_rst_lines(self.text)

    def _finder(self, source: str) -> Finder | None:
        source = str(source)  # some nodes have a path of Sphinx, which is a kind of string
        if source not in self._finders:
            self._finders[source] = self._make_finder(source)
        return self._finders[source]

    def _make_finder(self, source: str) -> Finder | None:
        if source == self._file:
            return self._page_place
        name = PADDING.sub("", source)
        # a name of a file may contain any of the marks: what exists is a file
        if file := _existing(name):
            return self._file_finder(file)
        if match := CONFIGURED.match(source):
            return self._configured_finder(f"rst_{match[1]}log")
        name, mark, object_name = source.rpartition(DOCSTRING)
        if mark and (file := _existing(name)):
            path = self._relative(file)
            first = find_docstring_line(self.file_text(path), object_name)
            return lambda line: Place(path, first + line - 1)
        if (match := TRANSLATED.search(source)) and _existing(source[: match.start()]):
            return lambda _line: self.place(source[: match.start()], int(match[1]))
        return None

    def _page_place(self, line: int) -> Place:
        if not self._parsers[self._file]:
            line = at_line(self._parsed, line)
        return Place(self.path, self.text_line(line))

    def _file_finder(self, file: Path) -> Finder:
        path = self._relative(file)
        if not self._parsers[self._file]:
            return partial(Place, path)  # the include directive has set the lines of the file
        numbers = number_lines(self.file_text(path))
        return lambda line: Place(path, at_line(numbers, line))

    def _configured_finder(self, option: str) -> Finder | None:
        """Return what finds the lines of a text that conf.py adds to every page."""
        if not self._conf.is_file():
            return None
        path = self._relative(self._conf)
        text = self.file_text(path)
        if first := _find_block(text, str(self._config[option])):
            return lambda line: Place(path, first + line - 1)
        assigned = re.search(rf"^\s*{option}\b", text, re.MULTILINE)
        start = text.count("\n", 0, assigned.end()) + 1 if assigned else 1
        return lambda _line: Place(path, start)

    def _relative(self, file: Path) -> str:
        # docutils names included files relative to the working directory
        return Path(os.path.relpath(file.absolute(), self._srcdir)).as_posix()


def _existing(name: str) -> Path | None:
    """Return the file of a name; None if there is no such file."""
    try:
        return Path(name) if Path(name).is_file() else None
    except (OSError, ValueError):  # no name for a file at all
        return None


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig", errors="replace")
    except OSError:
        return ""


def _find_block(text: str, block: str) -> int:
    """Return the first line of a text that contains each line of a block; 0 without one."""
    lines, wanted = text.split("\n"), [line.strip() for line in block.splitlines()]
    for start in range(len(lines) - len(wanted) + 1):
        if all(part in lines[start + index] for index, part in enumerate(wanted)):
            return start + 1
    return 0
