"""Where documents are in their repository."""

from __future__ import annotations

from pathlib import Path

__all__ = ["source_in_repository"]


def source_in_repository(srcdir: Path) -> str:
    """The source directory relative to the root of its repository; empty for the root itself.

    Without a repository the source directory counts as the root.
    """
    for folder in (srcdir, *srcdir.parents):
        if (folder / ".git").exists():  # a file in submodules and other work trees
            return "/".join(srcdir.relative_to(folder).parts)
    return ""
