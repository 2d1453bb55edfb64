"""Asks git for revisions and commits."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

__all__ = [
    "GitError",
    "find_changed_paths",
    "find_commit",
    "find_main_branch",
    "find_merge_base",
    "find_repository",
    "find_user",
    "read_at",
    "run_git",
    "run_git_text",
]

MAIN_BRANCHES = ("origin/HEAD", "origin/main", "origin/master", "main", "master")
SHALLOW_HINT = "a shallow clone may lack it: git fetch --unshallow"


class GitError(Exception):
    """Why git failed; the message names the fault and, where there is one, the remedy."""


def find_repository(folder: Path) -> Path:
    """Return the root of the repository that contains a folder. Raises GitError."""
    return Path(run_git_text(folder, "rev-parse", "--show-toplevel"))


def find_commit(repository: Path, revision: str) -> str:
    """Return the id of the commit that a revision names. Raises GitError."""
    # ^{commit} peels an annotated tag, which has an id of its own.
    return run_git_text(repository, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")


def find_main_branch(repository: Path) -> str:
    """Return the name of the main branch. Raises GitError if there is none."""
    for name in MAIN_BRANCHES:
        try:
            find_commit(repository, name)
        except GitError:
            continue
        return name
    names = ", ".join(MAIN_BRANCHES)
    raise GitError(
        f"name a revision to compare with: none of {names} exists here; in a clone of one branch, "
        'run "git fetch origin main" and name FETCH_HEAD'
    )


def find_merge_base(repository: Path, revision: str) -> str:
    """Return the id of the last commit that a revision and HEAD share. Raises GitError."""
    commit = find_commit(repository, revision)
    try:
        return run_git_text(repository, "merge-base", commit, "HEAD")
    except GitError:
        raise GitError(
            f'"{revision}" and HEAD have no common commit here; {SHALLOW_HINT}'
        ) from None


def find_changed_paths(repository: Path, commit: str) -> list[str]:
    """Return the paths that differ between a commit and the work tree, new ones included.

    They are relative to the root of the repository, and sorted. Raises GitError.
    """
    tracked = run_git(repository, "diff", "--name-only", "--no-renames", "-z", commit)
    added = run_git(repository, "ls-files", "--others", "--exclude-standard", "-z")
    return sorted({os.fsdecode(path) for path in (tracked + added).split(b"\0") if path})


def find_user(folder: Path) -> str:
    """Return who git would name as the author of a commit, as ``Name <address>``; may be empty."""
    try:
        # followed by a time; without the name or address of anybody, git fails
        return run_git_text(folder, "var", "GIT_AUTHOR_IDENT").rpartition(">")[0] + ">"
    except GitError:
        return ""


def read_at(repository: Path, commit: str, path: str) -> str:
    """Return the text of a file in a commit; empty if it is not there."""
    try:
        return run_git(repository, "show", f"{commit}:{path}").decode("utf-8", "replace")
    except GitError:
        return ""


def run_git_text(folder: Path, *arguments: str) -> str:
    """Return the output of git, without white space around it. Raises GitError."""
    return run_git(folder, *arguments).decode("utf-8", "replace").strip()


def run_git(folder: Path, *arguments: str, stdin: bytes = b"") -> bytes:
    """Return the output of git, run in a folder. Raises GitError."""
    try:
        process = subprocess.run(
            ["git", "-C", str(folder), *arguments],
            capture_output=True,
            input=stdin,
            check=False,
        )
    except OSError as error:
        raise GitError(f"git cannot be run: {error.strerror}") from None
    if process.returncode:
        raise GitError(_describe_failure(folder, arguments, process))
    return process.stdout


def _is_shallow(folder: Path) -> bool:
    command = ["git", "-C", str(folder), "rev-parse", "--is-shallow-repository"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip() == "true"


def _describe_failure(
    folder: Path, arguments: tuple[str, ...], process: subprocess.CompletedProcess[bytes]
) -> str:
    # With --verify --quiet, git prints nothing about an unknown revision.
    if arguments[:2] == ("rev-parse", "--verify"):
        revision = arguments[-1].removesuffix("^{commit}")
        hint = f"; {SHALLOW_HINT}" if _is_shallow(folder) else ""
        return f'no commit "{revision}" in this repository{hint}'
    lines = process.stderr.decode("utf-8", "replace").strip().splitlines()
    if lines:
        return f"git {arguments[0]}: {lines[-1]}"
    return f"git {arguments[0]}: exit status {process.returncode}"
