"""Asks git for revisions and commits."""

from __future__ import annotations

import subprocess
from pathlib import Path

__all__ = [
    "GitError",
    "commit_of",
    "git_bytes",
    "git_text",
    "merge_base",
    "repository_of",
]


class GitError(Exception):
    """Git could not do what was asked; the message says what and why."""


def repository_of(folder: Path) -> Path:
    """The root of the repository that holds a folder. Raises GitError."""
    return Path(git_text(folder, "rev-parse", "--show-toplevel"))


def commit_of(repository: Path, revision: str) -> str:
    """The id of the commit that a revision names. Raises GitError."""
    return git_text(repository, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")


def merge_base(repository: Path, revision: str) -> str:
    """The id of the commit that a revision and HEAD have both come from. Raises GitError."""
    commit = commit_of(repository, revision)
    try:
        return git_text(repository, "merge-base", commit, "HEAD")
    except GitError:
        raise GitError(
            f'"{revision}" and HEAD have no common commit here; a shallow clone may lack it: '
            "git fetch --unshallow"
        ) from None


def git_text(folder: Path, *words: str) -> str:
    """What git answers, without white space around it. Raises GitError."""
    return git_bytes(folder, *words).decode("utf-8", "replace").strip()


def git_bytes(
    folder: Path,
    *words: str,
    given: bytes = b"",
) -> bytes:
    """What git answers, ``given`` at its standard input. Raises GitError."""
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *words],
            capture_output=True,
            input=given,
            check=False,
        )
    except OSError as error:
        raise GitError(f"git cannot be run: {error.strerror}") from None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        if words[:2] == ("rev-parse", "--verify"):
            revision = words[-1].removesuffix("^{commit}")
            raise GitError(
                f'no commit "{revision}" in this repository; a shallow clone may lack it: '
                "git fetch --unshallow"
            )
        raise GitError(f"git {words[0]}: {said[-1] if said else f'exit status {done.returncode}'}")
    return done.stdout
