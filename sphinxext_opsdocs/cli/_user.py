"""Who runs a command."""

from __future__ import annotations

import getpass
from pathlib import Path

from sphinxext_opsdocs.review.git import GitError, run_git_text

__all__ = ["user_name"]


def user_name() -> str:
    """Return the name that git would sign a commit with, else that of the operating system."""
    try:
        name = run_git_text(Path(), "config", "user.name")
    except GitError:
        name = ""
    return name or getpass.getuser()
