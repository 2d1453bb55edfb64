"""The files of a revision in a folder of their own: no checkout, index or branch is touched."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path

__all__ = ["GitError", "files_of_revision", "repository_of"]


class GitError(Exception):
    """Git could not do what was asked; the message says what and why."""


def repository_of(folder: Path) -> Path:
    """The root of the repository that holds a folder. Raises GitError."""
    return Path(_git(folder, "rev-parse", "--show-toplevel"))


@contextmanager
def files_of_revision(repository: Path, revision: str) -> Generator[Path]:
    """A folder with all files of a revision, as a checkout has them. Raises GitError."""
    commit = _git(repository, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
    with tempfile.TemporaryDirectory(prefix="opsdocs-") as folder:
        index = {"GIT_INDEX_FILE": str(Path(folder, "index"))}
        tree = Path(folder, "tree")
        tree.mkdir()
        _git(repository, "read-tree", commit, settings=index)
        _git(repository, "checkout-index", "--all", f"--prefix={tree}/", settings=index)
        yield tree


def _git(folder: Path, *words: str, settings: Mapping[str, str] | None = None) -> str:
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *words],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, **(settings or {})},
        )
    except OSError as error:
        raise GitError(f"git cannot be run: {error.strerror}") from None
    if done.returncode:
        said = done.stderr.strip().splitlines()
        if words[:2] == ("rev-parse", "--verify"):
            revision = words[-1].removesuffix("^{commit}")
            raise GitError(
                f'no commit "{revision}" in this repository; a shallow clone may lack it: '
                "git fetch --unshallow"
            )
        raise GitError(f"git {words[0]}: {said[-1] if said else f'exit status {done.returncode}'}")
    return done.stdout.strip()
