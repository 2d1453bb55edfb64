"""The entries of ``reviews-when`` that match no file of the repository."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from sphinxext_opsdocs.config.globs import glob_matches, path_glob
from sphinxext_opsdocs.facts.model import DocumentFacts
from sphinxext_opsdocs.review.git import GitError, run_git

__all__ = ["find_unmatched_watches", "watches_of"]


def watches_of(documents: Iterable[DocumentFacts]) -> set[str]:
    """Return the entries of all pages."""
    return {entry for facts in documents if facts.header for entry in facts.header.reviews_when}


def find_unmatched_watches(entries: Collection[str], srcdir: Path) -> Sequence[str]:
    """Return the entries without a match, sorted; none outside of a repository."""
    root = _repository_of(srcdir)
    if not entries or root is None:
        return ()
    # most entries are files and folders, and git takes time
    missing = sorted(entry for entry in entries if not _exists(root, entry))
    if not missing:
        return ()
    try:
        # also what is on no disk, in a sparse checkout, and what is not yet committed
        listed = run_git(root, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    except GitError:
        return ()
    paths = listed.decode("utf-8", "replace").split("\0")
    return [
        entry
        for entry in missing
        if not any(glob_matches(path, (path_glob(entry),)) for path in paths)
    ]


def _exists(root: Path, entry: str) -> bool:
    try:
        return (root / entry).is_dir() if entry.endswith("/") else (root / entry).is_file()
    except (OSError, ValueError):  # no name of a file
        return False


def _repository_of(folder: Path) -> Path | None:
    folder = folder.resolve()
    return next((each for each in (folder, *folder.parents) if (each / ".git").exists()), None)
