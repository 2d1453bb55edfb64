"""Fences in MyST source that are opened and never closed."""

import re
from collections.abc import Sequence

from sphinx.config import Config

__all__ = ["find_open_fence", "has_colon_fences"]

# no backtick may follow a fence of backticks: https://spec.commonmark.org/0.31.2/#code-fence
FENCE = re.compile(r" {0,3}(`{3,}(?=[^`]*$)|~{3,}|:{3,})(.*)$")


def has_colon_fences(config: Config) -> bool:
    """Return whether the project enables MyST's extension for fences of colons."""
    return "myst_enable_extensions" in config and "colon_fence" in config.myst_enable_extensions


def find_open_fence(lines: Sequence[str], has_colon_fences: bool) -> int | None:
    """Return the index of the line with a fence that is not closed below; None without one."""
    fence, opened_at = "", 0
    for index, line in enumerate(lines):
        match = FENCE.match(line)
        if not match or (match[1][0] == ":" and not has_colon_fences):
            continue
        if not fence:
            fence, opened_at = match[1], index
        # a fence closes one of the same character and at most its own length
        elif match[1].startswith(fence) and not match[2].strip():
            fence = ""
    return opened_at if fence else None
