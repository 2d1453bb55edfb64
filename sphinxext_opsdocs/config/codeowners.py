"""CODEOWNERS files, as GitHub and GitLab read them.

https://docs.github.com/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners
https://docs.gitlab.com/user/project/codeowners/reference/
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from sphinxext_opsdocs.config.globs import glob_matches

__all__ = ["Dialect", "code_owners", "dialect_of", "owner_key", "owners_of_path"]

Dialect = Literal["github", "gitlab"]

SECTION = re.compile(r"\^?\[[^\]]+\](?:\[\d*\])?(?:\s+(?P<owners>.*))?")
"""A heading of GitLab: optional with ``^``, then a name, a number of approvals, default owners."""
PATTERN_END = re.compile(r"(?<!\\)\s+")
COMMENT = re.compile(r"(?:^|\s)#.*")
GITHUB_REFUSED = re.compile(r"!|\\#|.*(?<!\\)\[")
"""The start of a pattern that .gitignore allows and GitHub does not: negation, ``\\#``, ranges."""
NAME = r"@\w[\w.-]*(?:/\w[\w.-]*)*"
EMAIL = r"[^\s@]+@[^\s@]+"
OWNER = re.compile(f"{NAME}|{EMAIL}")
OWNER_OR_ROLE = re.compile(f"@@(?:developer|maintainer|owner)s?|{NAME}|{EMAIL}", re.IGNORECASE)


def dialect_of(path: Path, text: str) -> Dialect:
    """Return which host reads a file: by its folder, else by the headings that only GitLab has."""
    if path.parent.name == ".github":
        return "github"
    if path.parent.name == ".gitlab" or any(map(SECTION.fullmatch, _lines(text))):
        return "gitlab"
    return "github"


def code_owners(text: str, dialect: Dialect) -> Iterator[str]:
    """Yield the owners of every entry, and the default owners of sections, as written.

    On either host an owner is a name with ``@`` or an email address, on GitLab also a role.
    """
    for line in _lines(text):
        if dialect == "gitlab":
            yield from _gitlab_owners(line)
        else:
            yield from _github_owners(line)


def owners_of_path(text: str, dialect: Dialect, path: str) -> tuple[str, ...]:
    """Return the owners of a file, a path relative to the repository; empty without any.

    The last entry that matches counts, on GitLab the last one of each section.
    """
    # https://docs.gitlab.com/user/project/codeowners/reference/: a path without a first slash is
    # read as if it had **/ before it; on GitHub as in .gitignore, where a slash inside anchors it
    found: dict[str, tuple[str, ...]] = {}
    section, defaults = "", tuple[str, ...]()
    for line in _lines(text):
        heading = SECTION.fullmatch(line) if dialect == "gitlab" else None
        if heading:
            section = line.partition("]")[0].casefold()
            defaults = tuple(_gitlab_owners(line))
            continue
        pattern, words = _pattern_and_words(line.removeprefix("!") if dialect == "gitlab" else line)
        if not glob_matches(path, _pattern_globs(pattern, dialect)):
            continue
        if dialect == "gitlab":
            owners = tuple(_gitlab_owners(line))
            found[section] = () if line.startswith("!") else owners or defaults
        elif not GITHUB_REFUSED.match(pattern) and all(map(OWNER.fullmatch, words)):
            found[section] = tuple(words)
    return tuple(dict.fromkeys(owner for owners in found.values() for owner in owners))


def _pattern_globs(pattern: str, dialect: Dialect) -> tuple[str, ...]:
    """A pattern as both hosts read it: as one of .gitignore, but ``docs/*`` is not recursive."""
    plain = pattern.replace("\\ ", " ")
    is_anchored = plain.startswith("/") or (dialect == "github" and "/" in plain.rstrip("/"))
    glob = plain.strip("/") if is_anchored else f"**/{plain.strip('/')}"
    if plain.endswith("/"):
        return (f"{glob}/**",)
    if glob.endswith("**") or (is_anchored and glob.endswith("/*")):
        return (glob,)
    # the name of a file, or of a folder with all in it
    return glob, f"{glob}/**"


def owner_key(owner: str) -> str:
    """Return an owner as it is compared: the hosts ignore the letter case of names."""
    return owner.casefold() if "@" in owner else owner


def _lines(text: str) -> Iterator[str]:
    for raw in text.splitlines():
        line = raw.strip()
        if line and not line.startswith("#"):
            yield line


def _gitlab_owners(line: str) -> Iterator[str]:
    if line.startswith("!"):  # files without owners
        return
    if heading := SECTION.fullmatch(line):
        words = COMMENT.sub("", heading["owners"] or "").split()
    else:
        _, words = _pattern_and_words(line)
    # other words are skipped one by one
    yield from filter(OWNER_OR_ROLE.fullmatch, words)


def _github_owners(line: str) -> Iterator[str]:
    pattern, words = _pattern_and_words(line)
    # one wrong word, such as the second part of a path with a space, and the line does not count
    if not GITHUB_REFUSED.match(pattern) and all(map(OWNER.fullmatch, words)):
        yield from words


def _pattern_and_words(line: str) -> tuple[str, list[str]]:
    """Split a line after its pattern, which may contain spaces after a backslash."""
    pattern, _, rest = PATTERN_END.sub("\n", line, count=1).partition("\n")
    return pattern, COMMENT.sub("", rest).split()
