"""The project that a command is about, where nobody names it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from sphinxext_opsdocs.config.did_you_mean import listed
from sphinxext_opsdocs.config.schema import CONFIG_FILE

__all__ = ["NoProjectError", "ProjectError", "find_project"]

CONF_PY = "conf.py"
SKIPPED = frozenset({"node_modules", "site-packages", "_build", "build", "dist"})
"""Folders of what is installed or built, below which nobody keeps documents; nor hidden ones."""
DEEPEST = 5
"""Folders from the working directory down to that of conf.py."""
EXTENSION = "sphinxext_opsdocs"


class ProjectError(Exception):
    """Why it is not clear which project is meant."""


class NoProjectError(ProjectError):
    """There is no project here."""


def find_project() -> Path:
    """Return the folder of conf.py around the working directory, or the only one below it.

    Of several below it, that of the only project that uses opsdocs. Raises ProjectError.
    """
    here = Path.cwd()
    for folder in _around(here):
        if (folder / CONF_PY).is_file():
            return Path(os.path.relpath(folder))
    projects = sorted(_below(here, DEEPEST))
    ours = [folder for folder in projects if _uses_opsdocs(folder)]
    for candidates in (ours, projects):
        if len(candidates) == 1:
            return Path(os.path.relpath(candidates[0]))
    if not projects:
        raise NoProjectError("there is no conf.py here, above or below; name its folder with -s")
    shown = listed(Path(os.path.relpath(folder)).as_posix() for folder in ours or projects)
    raise ProjectError(f"there are several projects: {shown}; name one with -s")


def _around(folder: Path) -> Iterator[Path]:
    """The folder, and those above it within its repository."""
    for each in (folder, *folder.parents):
        yield each
        if (each / ".git").exists():
            return


def _below(folder: Path, depth: int) -> Iterator[Path]:
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return
    for entry in entries:
        if depth and entry.is_dir(follow_symlinks=False) and _is_searched(entry):
            if _is_file(Path(entry, CONF_PY)):
                yield Path(entry)
            else:  # a project within a project is no second one
                yield from _below(Path(entry), depth - 1)


def _is_searched(entry: os.DirEntry[str]) -> bool:
    is_skipped = entry.name in SKIPPED or entry.name.startswith(".")
    return not is_skipped and not _is_file(Path(entry, "pyvenv.cfg"))


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # in a folder of somebody else
        return False


def _uses_opsdocs(folder: Path) -> bool:
    if (folder / CONFIG_FILE).is_file():
        return True
    return EXTENSION in (folder / CONF_PY).read_text(encoding="utf-8", errors="replace")
