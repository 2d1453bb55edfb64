"""One line on a terminal that says how far a long piece of work is; nothing anywhere else."""

from __future__ import annotations

import io
import shutil
import time
from typing import TextIO

__all__ = ["ProgressLine"]

FIRST_AFTER = 0.5
"""Seconds that work takes before it is worth a line."""
PAUSE = 0.1
"""Seconds between two states of the line."""


class ProgressLine(io.TextIOBase):
    """A stream with a line at its end, which makes room for all that is written to the stream."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._label = ""
        self._done = self._total = 0
        self._shown = ""
        self._next = 0.0

    def start(self, label: str, total: int = 0) -> None:
        """Begin a piece of work, with the number of its steps if that is known."""
        self._label, self._done, self._total = label, 0, total
        self._next = max(self._next, time.monotonic() + FIRST_AFTER)
        if self._shown:
            self._show()

    def advance(self, count: int = 1) -> None:
        """Note further steps that are done."""
        self._done += count
        if time.monotonic() >= self._next:
            self._show()

    def finish(self) -> None:
        """End the piece of work: nothing is shown of what follows."""
        self._label, self._total = "", 0
        self._clear()

    def _clear(self) -> None:
        if self._shown:
            self._put("")

    def write(self, text: str) -> int:
        """Write to the stream."""
        self._clear()
        return self._stream.write(text)

    def flush(self) -> None:
        """Flush the stream."""
        self._stream.flush()

    def isatty(self) -> bool:
        """Return whether the stream is a terminal: only there is a line shown."""
        return self._stream.isatty()

    def _show(self) -> None:
        if not self._label or not self.isatty():
            return
        text = self._label
        if self._total:
            text += f": {self._done:,} of {self._total:,}"
        self._put(text)
        self._next = time.monotonic() + PAUSE

    def _put(self, text: str) -> None:
        self._shown = text[: shutil.get_terminal_size().columns - 1]
        self._stream.write(f"\r{self._shown}\x1b[K")
        self._stream.flush()
