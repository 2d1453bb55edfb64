"""Who changed a page between two revisions, beyond adding records of approvals to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from sphinxext_opsdocs.review.git import GitError, run_git, run_git_text

__all__ = ["find_authors"]

COMMIT = "\x1e"
"""Stands before each commit in the output of git log."""
RECORD = re.compile(
    r"\s*(?:\.\. (?:ops:)?approval::.*|(?:`{3,}|~{3,}|:{3,})(?:\{(?:ops:)?approval\}.*)?"
    r"|:(?:role|date|version):.*)?"
)
"""Matches a line of an approval, in either syntax."""


def find_authors(repository: Path, base: str, path: str) -> tuple[str, ...]:
    """Return the authors of a file's changes since a commit, as ``Name <address>``, sorted.

    A commit that only adds approvals has none: whoever approves writes that commit. Changes that
    are not committed belong to the user of git. Raises GitError.
    """
    authors = set(_committed(repository, base, path))
    if _is_more_than_records(_diff(repository, "diff", "HEAD", "--", path)):
        authors.add(_user(repository))
    return tuple(sorted(authors))


def _committed(repository: Path, base: str, path: str) -> Iterator[str]:
    log = _diff(
        repository, "log", "-p", f"--format={COMMIT}%an <%ae>%n", f"{base}..HEAD", "--", path
    )
    for entry in log.split(COMMIT)[1:]:
        author, _, diff = entry.partition("\n")
        if _is_more_than_records(diff):
            yield author


def _diff(repository: Path, *arguments: str) -> str:
    # without the settings of a user that change how a difference looks
    plain = ("-c", "diff.noprefix=false", "-c", "color.ui=false", "--literal-pathspecs")
    name, *others = arguments
    options = ("--no-ext-diff", "--no-textconv", "--unified=0")
    return run_git(repository, *plain, name, *options, *others).decode("utf-8", "replace")


def _is_more_than_records(diff: str) -> bool:
    return any(line[:1] == "-" or not RECORD.fullmatch(line[1:]) for line in _changed_lines(diff))


def _changed_lines(diff: str) -> Iterator[str]:
    """Yield the lines that a difference removes or adds, with their mark."""
    is_within = False
    for line in diff.splitlines():
        if line.startswith(("diff --git ", "@@")):
            is_within = line.startswith("@@")
        elif is_within and line[:1] in ("-", "+"):
            yield line


def _user(repository: Path) -> str:
    """Return the user of git; empty if nobody told it."""
    try:
        name = run_git_text(repository, "config", "user.name")
        return f"{name} <{run_git_text(repository, 'config', 'user.email')}>"
    except GitError:
        return ""
