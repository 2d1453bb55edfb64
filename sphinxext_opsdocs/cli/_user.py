"""Who runs a command."""

from __future__ import annotations

import getpass
from pathlib import Path

from sphinxext_opsdocs.review.git import find_user

__all__ = ["user_name"]


def user_name() -> str:
    """Return the name that git would sign a commit with, else that of the operating system."""
    return find_user(Path()).partition("<")[0].strip() or getpass.getuser()
