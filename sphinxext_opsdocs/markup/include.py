"""Included text with the lines of its file.

docutils counts the lines of an included part of a file from 1, wherever the part starts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from docutils import nodes
from docutils.parsers.rst import Directive
from docutils.parsers.rst.directives.misc import Include
from docutils.statemachine import StringList

from sphinxext_opsdocs.markup.line_numbers import (
    Clip,
    at_line,
    match_lines,
    number_clipped_lines,
)
from sphinxext_opsdocs.markup.read_source import ReadSource

__all__ = ["with_places"]

PADDING, MARKERS = 2, 2
"""Blank lines that docutils adds, one on each side, and lines that it adds at the end."""


def with_places(directive: type[Directive]) -> type[Directive]:
    """Return the same directive; one that includes files then counts the lines of these."""
    # a subclass of what is registered: other extensions may have an include directive of their own
    if issubclass(directive, Include) and not issubclass(directive, _Placed):
        return type(directive.__name__, (_Placed, directive), {})
    return directive


class _Placed(Include):
    """An ``include`` whose lines have their numbers in the file."""

    def run(self) -> list[nodes.Node]:
        """Include the file, then number the lines."""
        machine: Any = self.state_machine
        lines, first = machine.input_lines, machine.line_offset + PADDING
        length = len(lines)
        included = super().run()
        end = first + len(lines) - length - PADDING
        if end > first:
            _renumber(lines, first, self._numbers_of(lines.data[first:end]))
        elif "parser" in self.options:
            is_myst = self.options["parser"].__module__.startswith("myst_parser")
            self._source.note_part(self.options["source"], is_myst, self._numbers())
        return list(included)

    @property
    def _source(self) -> ReadSource:
        return ReadSource.of(self.state.document.settings.env)

    def _numbers_of(self, lines: Sequence[str]) -> list[int]:
        """Return the lines of the file for lines that were inserted, and the two after them."""
        numbers = self._numbers()
        if len(lines) == len(numbers) + MARKERS:
            return [*numbers, *numbers[-1:] * MARKERS]
        # another extension changed the text (event "include-read")
        texts = self._source.included_text(self.options["source"]).split("\n")
        original = "\n".join(texts[number - 1] for number in numbers)
        return [at_line(numbers, line) for line in match_lines("\n".join(lines), original)]

    def _numbers(self) -> list[int]:
        options = self.options
        clip = Clip(
            options.get("start-line"),
            options.get("end-line"),
            options.get("start-after", ""),
            options.get("end-before", ""),
        )
        return number_clipped_lines(self._source.included_text(options["source"]), clip)


def _renumber(lines: StringList, first: int, numbers: Sequence[int]) -> None:
    """Set the numbers of lines from an index on, also in the lists that these are a part of."""
    current: Any = lines
    while current is not None:
        for index, number in enumerate(numbers, first):
            source, _ = current.items[index]
            current.items[index] = source, number - 1
        first, current = first + (current.parent_offset or 0), current.parent
