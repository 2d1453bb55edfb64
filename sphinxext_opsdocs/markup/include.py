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

from sphinxext_opsdocs.markup.line_numbers import Clip, at_line, number_clipped_lines
from sphinxext_opsdocs.markup.read_source import ReadSource

__all__ = ["with_places"]

PADDING = 2
"""Blank lines that docutils adds, one on each side."""


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
        inserted = len(lines) - length - PADDING
        if inserted > 0:
            numbers = self._numbers()
            # another extension may have added lines, which belong to the last one
            _renumber(lines, first, [at_line(numbers, n + 1) for n in range(inserted)])
        elif "parser" in self.options:
            is_myst = self.options["parser"].__module__.startswith("myst_parser")
            self._source.note_part(self.options["source"], is_myst, self._numbers())
        return list(included)

    @property
    def _source(self) -> ReadSource:
        return ReadSource.of(self.state.document.settings.env)

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
