"""CODEOWNERS files, as GitHub and GitLab read them.

https://docs.github.com/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners
https://docs.gitlab.com/user/project/codeowners/reference/
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

__all__ = ["Dialect", "code_owners", "dialect_of", "owner_key"]

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
