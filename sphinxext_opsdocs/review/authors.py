"""Who changed a page between two revisions, beyond adding records of approvals to it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from sphinxext_opsdocs.review.git import find_user, run_git

__all__ = ["find_authors"]

COMMIT = "\x1e"
SEPARATOR = "\x1f"
"""Stand before each commit in the output of git log, and between its authors."""
OPENER = re.compile(r"\s*(?:\.\. (?:ops:)?approval::|(?:`{3,}|~{3,}|:{3,})\{(?:ops:)?approval\}).*")
PART = re.compile(r"\s*(?:`{3,}|~{3,}|:{3,}|-{3}|:?(?:role|date|version):.*)?")
"""Matches a further line of an approval, in either syntax."""


def find_authors(repository: Path, base: str, path: str) -> tuple[str, ...]:
    """Return the authors of a file's changes since a commit, as ``Name <address>``, sorted.

    A commit that only adds approvals has none: whoever approves writes that commit. Changes that
    are not committed belong to the user of git. Raises GitError.
    """
    authors = set(_committed(repository, base, path))
    untracked = run_git(repository, "ls-files", "--others", "--exclude-standard", "--", path)
    if untracked or _is_more_than_approvals(_difference(repository, "diff", "HEAD", "--", path)):
        authors.add(find_user(repository))
    return tuple(sorted(authors))


def _committed(repository: Path, base: str, path: str) -> Iterator[str]:
    trailers = "%(trailers:key=Co-authored-by,valueonly,separator=%x1f)"
    layout = f"--format={COMMIT}%an <%ae>{SEPARATOR}{trailers}%n"
    log = _difference(repository, "log", "-p", "--follow", layout, f"{base}..HEAD", "--", path)
    for entry in log.split(COMMIT)[1:]:
        authors, _, difference = entry.partition("\n")
        if _is_more_than_approvals(difference):
            yield from filter(None, authors.split(SEPARATOR))


def _difference(repository: Path, command: str, *arguments: str) -> str:
    # without the settings of a user that change how a difference looks
    plain = ("-c", "diff.noprefix=false", "-c", "color.ui=false", "--literal-pathspecs")
    options = ("--no-ext-diff", "--no-textconv", "--unified=0")
    return run_git(repository, *plain, command, *options, *arguments).decode("utf-8", "replace")


def _is_more_than_approvals(difference: str) -> bool:
    return any(not _adds_approvals(lines) for lines in _hunks(difference))


def _adds_approvals(lines: Sequence[str]) -> bool:
    """Whether the changed lines of one place, with their marks, are those of new approvals."""
    # git may show the lines of a block that resembles its neighbour in another order
    added = [line[1:] for line in lines]
    return (
        not any(line.startswith("-") for line in lines)
        and any(map(OPENER.fullmatch, added))
        and all(OPENER.fullmatch(line) or PART.fullmatch(line) for line in added)
    )


def _hunks(difference: str) -> Iterator[Sequence[str]]:
    """Yield the lines that a difference removes or adds at each place, with their marks."""
    lines: list[str] | None = None
    for line in difference.splitlines():
        if line.startswith(("diff --git ", "@@")):
            if lines:
                yield lines
            lines = [] if line.startswith("@@") else None
        elif lines is not None and line[:1] in ("-", "+"):
            lines.append(line)
    if lines:
        yield lines
