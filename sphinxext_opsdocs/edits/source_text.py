"""The text of a writer's file: read once, edited as lines, replaced if it is still the same."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import NamedTuple

from sphinxext_opsdocs.storage import (
    FileChangedError,
    UnreadableError,
    read_raw,
    replace_unchanged,
)

__all__ = ["BYTE_ORDER_MARK", "EditError", "SourceText", "column_width"]

LINE_END = re.compile(r"\r\n|\r|\n")
"""What Python, and so Sphinx, takes for the end of a line; not form feeds and the like."""
BYTE_ORDER_MARK = "\ufeff"


def column_width(text: str) -> int:
    """Return the columns of a text, of which wide characters take two, as a title's line needs."""
    return sum(1 + (unicodedata.east_asian_width(character) in "WF") for character in text)


class EditError(Exception):
    """Why a file was not edited; the message names its place."""


class SourceText(NamedTuple):
    """The lines of a file without their ends, and the file as it was read."""

    path: Path
    lines: tuple[str, ...]
    ends: tuple[str, ...]
    """Of all lines but the last."""
    data: bytes

    @classmethod
    def read(cls, path: Path) -> SourceText:
        """Read a file. Raises EditError for one that cannot be read or decoded as UTF-8."""
        try:
            data = read_raw(path)
            text = data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise EditError(f'"{path}" is not UTF-8: {error}') from None
        except UnreadableError as error:
            raise EditError(f'"{path}" {error}') from None
        return cls(path, tuple(LINE_END.split(text)), tuple(LINE_END.findall(text)), data)

    def as_parsed(self, lines: Sequence[str]) -> str:
        """Return the text of these lines as Sphinx gives it to a parser."""
        return "\n".join(lines).removeprefix(BYTE_ORDER_MARK)

    def encode(self, lines: Sequence[str]) -> bytes:
        """Return the bytes of the file with these lines.

        Lines that stay keep their ends, others get the one that most lines have.
        """
        counts = Counter(self.ends)
        newline = max(counts, key=counts.__getitem__, default="\n")
        ends = [newline] * (len(lines) - 1) + [""]
        if len(counts) > 1:
            matcher = SequenceMatcher(None, self.lines, lines, autojunk=False)
            for start, new_start, size in matcher.get_matching_blocks():
                for offset in range(size):
                    # the last line of the old or the new file has no end to keep
                    if start + offset < len(self.ends) and ends[new_start + offset]:
                        ends[new_start + offset] = self.ends[start + offset]
        pairs = zip(lines, ends, strict=True)
        return "".join(line + end for line, end in pairs).encode("utf-8")

    def write(self, lines: Sequence[str]) -> None:
        """Replace the file by these lines. Raises EditError, also if it changed since it was read.

        A link stays a link; its target is replaced.
        """
        try:
            replace_unchanged(self.path.resolve(), self.encode(lines), self.data)
        except FileChangedError as error:
            raise EditError(f"{error}; run the command again") from None
        except OSError as error:
            raise EditError(f'cannot write "{self.path}": {error.strerror}') from None
