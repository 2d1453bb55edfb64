"""Where a repository keeps its CODEOWNERS file."""

from __future__ import annotations

from pathlib import Path

__all__ = ["find_code_owners"]

PLACES = (
    ".github/CODEOWNERS",
    "CODEOWNERS",
    "docs/CODEOWNERS",
    ".gitlab/CODEOWNERS",
)
"""In an order that is right on either host: each looks at the first three or the last three.

https://docs.github.com/articles/about-code-owners, https://docs.gitlab.com/user/project/codeowners/
"""


def find_code_owners(repository: Path) -> Path | None:
    """Return the CODEOWNERS file of a repository; None without one."""
    paths = (repository / place for place in PLACES)
    return next((path for path in paths if path.is_file()), None)
