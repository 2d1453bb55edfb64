"""The conflicts of a merge that git left to be resolved, and how they are recorded as resolved."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from sphinxext_opsdocs.review.git import run_git

__all__ = ["Conflict", "find_conflicts", "mark_resolved", "read_version"]

STAGES = BASE, OURS, THEIRS = "1", "2", "3"
"""As git numbers the versions of a file in its index (gitrevisions(7), ``:<n>:<path>``)."""


class Conflict(NamedTuple):
    """The ids of the versions of a file; empty where a side has no such file."""

    base: str
    ours: str
    theirs: str


def find_conflicts(repository: Path) -> Mapping[str, Conflict]:
    """Return the conflicts by path relative to the repository, sorted. Raises GitError."""
    versions: dict[str, dict[str, str]] = defaultdict(dict)
    for row in run_git(repository, "ls-files", "--unmerged", "-z").split(b"\0"):
        # "<mode> <id> <stage>\t<path>"
        head, _, path = row.partition(b"\t")
        if path:
            _, content_id, stage = head.decode("ascii").split()
            versions[os.fsdecode(path)][stage] = content_id
    return {
        path: Conflict(*(versions[path].get(stage, "") for stage in STAGES))
        for path in sorted(versions)
    }


def read_version(repository: Path, content_id: str) -> bytes:
    """Return the content with an id of git; nothing for an empty one. Raises GitError."""
    if not content_id:
        return b""
    return run_git(repository, "cat-file", "blob", content_id)


def mark_resolved(repository: Path, path: str) -> None:
    """Add a file to the index as it is now. Raises GitError."""
    # a folder of copies can be named in a .gitignore, and is tracked all the same
    run_git(repository, "add", "--force", "--", path)
