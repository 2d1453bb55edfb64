"""Generations: the tables of a fleet as Parquet, each generation whole and never changed.

``CURRENT`` names the one that is served. It is replaced last, in one step: whatever ends a process
before that leaves the generation before, whole.
"""

from __future__ import annotations

import os
import shutil
import zlib
from collections.abc import Iterable
from pathlib import Path

import msgspec
from msgspec import Struct

from sphinxext_opsdocs.fleet.schema import WHOLE
from sphinxext_opsdocs.storage import FileFormat, UnreadableError, replace_file

__all__ = [
    "BUCKETS",
    "Generation",
    "Keys",
    "bucket_of",
    "current",
    "link",
    "new_generation",
    "serve",
    "table_paths",
]

BUCKETS = 32
CURRENT = "CURRENT"
GENERATIONS = "generations"
KEYS_FILE = "keys.json"
HISTORY = "counts"
"""The folder with one file of counts for each day."""


class Keys(Struct, frozen=True):
    """What the rows of a generation stand for."""

    format: int
    """Of the tables."""
    day: str
    keys: dict[str, str]
    """By repository, the key of the check that gave its rows."""


KEYS_FORMAT = FileFormat("list of keys", msgspec.json.Decoder(Keys).decode)


def bucket_of(repository: str) -> int:
    """Return the bucket of a repository, 0 to 31: the same on every machine."""
    return zlib.crc32(repository.encode("utf-8", "surrogatepass")) % BUCKETS


class Generation:
    """The folder of one generation."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def number(self) -> int:
        """Its number, from 1."""
        return int(self.folder.name)

    @property
    def served_at(self) -> int:
        """When it was made, in nanoseconds since 1970."""
        return (self.folder / KEYS_FILE).stat().st_mtime_ns

    def bucket(self, table: str, number: int) -> Path:
        """Return the file with the rows of a table in a bucket; it is absent if there are none."""
        return self.folder / table / f"{number:02}.parquet"

    def whole(self, table: str) -> Path:
        """Return the file of a table without buckets."""
        return self.folder / f"{table}.parquet"

    def history(self, day: str) -> Path:
        """Return the file with the counts of a day."""
        return self.folder / HISTORY / f"{day}.parquet"

    def days(self) -> list[str]:
        """Return the days with counts, in order."""
        return sorted(path.stem for path in (self.folder / HISTORY).glob("*.parquet"))

    def read_keys(self) -> Keys | None:
        """Return what its rows stand for; None if that cannot be read."""
        try:
            return KEYS_FORMAT.load_if_present(self.folder / KEYS_FILE)
        except UnreadableError:
            return None

    def write_keys(self, keys: Keys) -> None:
        """Write what its rows stand for."""
        replace_file(self.folder / KEYS_FILE, msgspec.json.encode(keys, order="sorted"))


def current(state: Path) -> Generation | None:
    """Return the generation that is served; None before the first one."""
    try:
        name = (state / CURRENT).read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return None
    folder = state / GENERATIONS / name
    return Generation(folder) if name.isdecimal() and folder.is_dir() else None


def new_generation(state: Path) -> Generation:
    """Return an empty generation with the next number; what a killed process left is removed."""
    before = current(state)
    number = before.number + 1 if before else 1
    generation = Generation(state / GENERATIONS / f"{number:06}")
    shutil.rmtree(generation.folder, ignore_errors=True)
    generation.folder.mkdir(parents=True)
    return generation


def link(source: Path, target: Path) -> None:
    """Give a file of an earlier generation a place in a new one."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except OSError:  # a file system without links
        shutil.copyfile(source, target)


def table_paths(generation: Generation, table: str) -> list[Path]:
    """Return the existing files of a table."""
    if table == HISTORY:
        return sorted((generation.folder / HISTORY).glob("*.parquet"))
    if table in WHOLE:
        paths = [generation.whole(table)]
    else:
        paths = [generation.bucket(table, number) for number in range(BUCKETS)]
    return [path for path in paths if path.is_file()]


def serve(state: Path, generation: Generation) -> None:
    """Make a generation the one that is served; remove those before the last one."""
    _flush(generation.folder.rglob("*.parquet"))
    replace_file(state / CURRENT, f"{generation.folder.name}\n".encode())
    for folder in (state / GENERATIONS).iterdir():
        # somebody may still read the one before
        if folder.name.isdecimal() and int(folder.name) < generation.number - 1:
            shutil.rmtree(folder, ignore_errors=True)


def _flush(paths: Iterable[Path]) -> None:
    """Wait until the disk has the new ones of some files."""
    for path in paths:
        # one with several names is older, and the disk has it
        if path.stat().st_nlink == 1:
            descriptor = os.open(path, os.O_RDWR)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
