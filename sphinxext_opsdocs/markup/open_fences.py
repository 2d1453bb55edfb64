"""Fenced blocks in MyST source: where one is opened and never closed."""

import re
from collections.abc import Sequence

from sphinx.config import Config

__all__ = ["has_colon_fences", "open_fence"]

FENCE = re.compile(r" {0,3}(`{3,}(?=[^`]*$)|~{3,}|:{3,})(.*)$")
"""A backtick fence has no backtick after it: https://spec.commonmark.org/0.31.2/#code-fence"""


def has_colon_fences(config: Config) -> bool:
    """Whether the project has MyST's extension for fences of colons."""
    return "myst_enable_extensions" in config and "colon_fence" in config.myst_enable_extensions


def open_fence(lines: Sequence[str], has_colon_fences: bool) -> int | None:
    """The index of the line that opens a fence which is not closed below it; None without such.

    A directive nested in a fence of the same length ends the outer one, whose own end then opens
    a block that takes all text after it.
    """
    fence, opened_at = "", 0
    for index, line in enumerate(lines):
        match = FENCE.match(line)
        if not match or (match[1][0] == ":" and not has_colon_fences):
            continue
        if not fence:
            fence, opened_at = match[1], index
        elif match[1].startswith(fence) and not match[2].strip():
            fence = ""
    return opened_at if fence else None
