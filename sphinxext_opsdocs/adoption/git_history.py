"""Who has written the pages of a repository, and when."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path

from sphinxext_opsdocs.review.git import GitError, run_git

__all__ = ["PageHistory", "read_history"]

MOST_COMMITS = 20_000
"""Commits that are looked at, the newest first."""
MARK = "\x01"
"""Before what is a commit and not a file."""
BOT = "[bot]"
"""How GitHub and GitLab end the names of programs."""


class PageHistory:
    """Commits by path, relative to the folder that was asked for."""

    def __init__(self) -> None:
        self.authors: dict[str, Counter[str]] = defaultdict(Counter)
        """Number of commits by author."""
        self.last_commit: dict[str, str] = {}
        """Day of the newest commit, ISO 8601."""


def read_history(folder: Path) -> PageHistory:
    """Return the history of the files below a folder; empty without a repository."""
    history = PageHistory()
    # one call for all files
    arguments = ("log", f"-n{MOST_COMMITS}", "--no-merges", f"--format=%x00{MARK}%aN%x09%as")
    try:
        output = run_git(folder, *arguments, "--name-only", "--relative", "-z", "--", ".")
    except GitError:
        return history
    author = day = ""
    for raw in output.decode("utf-8", "replace").split("\0"):
        entry = raw.lstrip("\n")
        if entry.startswith(MARK):
            author, day = entry.removeprefix(MARK).partition("\n")[0].rsplit("\t", 1)
        elif entry:
            history.last_commit.setdefault(entry, day)
            if not author.endswith(BOT):
                history.authors[entry][author] += 1
    return history
