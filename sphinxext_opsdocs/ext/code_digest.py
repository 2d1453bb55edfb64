"""A digest of our own code: a version number does not identify what was installed from git."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

__all__ = ["PACKAGE", "digest_of_code", "state_of_code"]

PACKAGE = Path(__file__).parents[1]
DATA = "data"


@lru_cache(maxsize=1)
def digest_of_code() -> str:
    """Return the digest of all files that decide what a check finds: the same in every clone."""
    digest = hashlib.blake2b(digest_size=16)
    for path in sorted(entry.path for entry in _files(PACKAGE)):
        digest.update(Path(path).read_bytes())
    return digest.hexdigest()


def state_of_code() -> str:
    """Return a digest of their sizes and times, in a fraction of the time; for this machine."""
    states = [(entry.path, entry.stat()) for entry in _files(PACKAGE)]
    text = repr(sorted((path, state.st_size, state.st_mtime_ns) for path, state in states))
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _files(folder: str | Path) -> Iterator[os.DirEntry[str]]:
    # not by Path.rglob, which takes twice as long: every build lists them
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                yield from _files(entry.path)
            elif entry.name.endswith(".py") or Path(folder).name == DATA:
                yield entry
