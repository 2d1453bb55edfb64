"""Who changed a page between two revisions beyond its approvals, and which of these came before it.

What is committed to a page decides who may approve it, so nothing here trusts its text: marks are
random, binary files are compared too, and a merge that differs from both sides is a change.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from uuid import uuid4

from msgspec import Struct

from sphinxext_opsdocs.review.git import find_user, run_git

__all__ = ["PageHistory", "find_history"]

WORK_TREE = "work tree"
BLANK = re.compile(r"\s*")
OPENER = re.compile(
    r"\s*(?:\.\. (?:ops:)?approval::|(?:`{3,}|~{3,}|:{3,})\{(?:ops:)?approval\})(?P<who>.*)"
)
FENCE = re.compile(r"\s*(?:`{3,}|~{3,}|:{3,}|-{3})\s*")
OPTION = re.compile(r"\s*:?(?P<name>role|date|version):\s*(['\"]?)(?P<value>.*?)\2\s*")
DATE, VERSION = re.compile(r"\d{4}-\d\d-\d\d"), re.compile(r"\S{1,20}")


class PageHistory(Struct, frozen=True):
    """What happened to the file of a page since a commit."""

    authors: tuple[str, ...] = ()
    """Of changes beyond approvals, as ``Name <address>``, sorted."""
    outdated: frozenset[str] = frozenset()
    """Who approved before the last of these changes, in lower case."""


class _Commit(Struct, frozen=True):
    authors: tuple[str, ...]
    hunks: tuple[Sequence[str], ...]
    """Lines that were removed or added at each place, with their marks."""


def find_history(repository: Path, base: str, path: str, roles: Collection[str]) -> PageHistory:
    """Return the history of a file since a commit. Raises GitError.

    A commit that only adds or edits approvals in these ``roles`` has no author: whoever approves
    writes that commit. Changes that are not committed belong to the user of git.
    """
    authors: set[str] = set()
    approvers: set[str] = set()
    outdated: set[str] = set()
    # the newest first: whoever approved in an older commit has not seen the change
    for commit in (*_uncommitted(repository, path), *_committed(repository, base, path)):
        added = {who for lines in commit.hunks for who in _approvers(lines)}
        if authors:
            outdated |= added - approvers
        approvers |= added
        if not all(_is_of_approvals(lines, roles) for lines in commit.hunks):
            authors.update(commit.authors)
    return PageHistory(tuple(sorted(filter(None, authors))), frozenset(outdated))


def _uncommitted(repository: Path, path: str) -> Iterator[_Commit]:
    user = (find_user(repository) or WORK_TREE,)
    if run_git(repository, "ls-files", "--others", "--exclude-standard", "--", path):
        yield _Commit(user, (["+a new file"],))
    if hunks := tuple(_hunks(_difference(repository, "diff", "HEAD", "--", path))):
        yield _Commit(user, hunks)


def _committed(repository: Path, base: str, path: str) -> Iterator[_Commit]:
    mark = uuid4().hex
    trailers = f"%(trailers:key=Co-authored-by,valueonly,separator={mark})"
    layout = f"--format={mark} {mark}%aN <%aE>{mark}{trailers}"
    options = ("-p", "--follow", "--diff-merges=dense-combined", layout, f"{base}..HEAD")
    log = _difference(repository, "log", *options, "--", path)
    for entry in log.split(f"{mark} {mark}")[1:]:
        authors, _, difference = entry.partition("\n")
        yield _Commit(tuple(filter(None, authors.split(mark))), tuple(_hunks(difference)))


def _difference(repository: Path, command: str, *arguments: str) -> str:
    # without the settings of a user or of .gitattributes that change how a difference looks
    plain = ("-c", "diff.noprefix=false", "-c", "color.ui=false", "--literal-pathspecs")
    options = ("--text", "--no-ext-diff", "--no-textconv", "--unified=0")
    return run_git(repository, *plain, command, *options, *arguments).decode("utf-8", "replace")


def _hunks(difference: str) -> Iterator[Sequence[str]]:
    lines: list[str] | None = None
    # not splitlines: that would also split at separators of Unicode, where git does not
    for line in difference.split("\n"):
        if line.startswith(("diff --", "@@")):
            if lines:
                yield lines
            lines = [] if line.startswith("@@") else None
            if line.startswith("@@@"):  # a merge that is like neither of its sides
                yield ["-merged"]
        elif lines is not None and line[:1] in ("-", "+"):
            lines.append(line)
    if lines:
        yield lines


def _is_of_approvals(lines: Sequence[str], roles: Collection[str]) -> bool:
    """Whether the changed lines of one place are those of approvals."""
    # a file that had no newline at its end gets one
    removed = [line[1:] for line in lines if line.startswith("-")]
    added = [line[1:] for line in lines if line.startswith("+")]
    both = [line for line in removed if line in added]
    changed = [line for line in (*removed, *added) if line not in both]
    has_opener = any(map(OPENER.fullmatch, changed))
    return all(
        BLANK.fullmatch(line)
        or OPENER.fullmatch(line)
        or _is_option(line, roles)
        or (has_opener and FENCE.fullmatch(line))
        for line in changed
    )


def _is_option(line: str, roles: Collection[str]) -> bool:
    match = OPTION.fullmatch(line)
    if not match:
        return False
    value = match["value"]
    if match["name"] == "role":
        return value in roles
    return bool((DATE if match["name"] == "date" else VERSION).fullmatch(value))


def _approvers(lines: Sequence[str]) -> Iterator[str]:
    for line in lines:
        match = OPENER.fullmatch(line[1:]) if line.startswith("+") else None
        if match:
            yield match["who"].strip().casefold()
