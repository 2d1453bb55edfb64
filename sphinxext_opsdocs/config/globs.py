"""Globs over docnames."""

import re
from collections.abc import Callable
from functools import cache

__all__ = ["glob_matches", "path_glob"]


def glob_matches(docname: str, globs: tuple[str, ...]) -> bool:
    """Whether a docname matches one of the globs: ``*`` within a folder, ``**`` across folders."""
    return bool(globs) and _matcher(globs)(docname) is not None


def path_glob(name: str) -> str:
    """Return a glob for a path; a folder, with a final slash, stands for all below it."""
    return f"{name}**" if name.endswith("/") else name


# cached: the few globs of a configuration are matched with every docname
WILDCARDS = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


@cache
def _matcher(globs: tuple[str, ...]) -> Callable[[str], re.Match[str] | None]:
    return re.compile("|".join(f"(?:{_glob_regex(glob)})" for glob in globs)).fullmatch


def _glob_regex(glob: str) -> str:
    parts = re.split(r"(\*\*/|\*\*|\*|\?)", glob)
    regexes = [WILDCARDS.get(part) or re.escape(part) for part in parts]
    for index in range(1, len(parts) - 2, 2):
        wildcard, text, following = parts[index : index + 3]
        # The first place where the text stands is as good as any other, since what follows takes
        # in all between them: without going back, many wildcards take no longer than one.
        if text and "/" not in text and (wildcard, following) in (("*", "*"), ("**", "**")):
            regexes[index] = f"(?>{regexes[index]}?{regexes[index + 1]})"
            regexes[index + 1] = ""
    return "".join(regexes)
