"""Globs over docnames."""

import re
from collections.abc import Callable
from functools import cache

__all__ = ["glob_matches"]


def glob_matches(docname: str, globs: tuple[str, ...]) -> bool:
    """Whether a docname matches one of the globs: ``*`` within a folder, ``**`` across folders."""
    return bool(globs) and _matcher(globs)(docname) is not None


@cache
def _matcher(globs: tuple[str, ...]) -> Callable[[str], re.Match[str] | None]:
    return re.compile("|".join(f"(?:{_glob_regex(glob)})" for glob in globs)).fullmatch


def _glob_regex(glob: str) -> str:
    parts = re.split(r"(\*\*/|\*\*|\*|\?)", glob)
    wild = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return "".join(wild.get(part) or re.escape(part) for part in parts)
