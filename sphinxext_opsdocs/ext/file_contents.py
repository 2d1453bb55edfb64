"""The contents of the files that pages were read from: a changed one is noticed whatever its time.

Sphinx compares times: it reads a page again if its file is newer than its last reading. A file that
``mv``, ``cp -p`` or ``rsync -t`` puts in the place of another one can be older than that.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterable, Iterator, MutableMapping
from pathlib import Path

from sphinx.environment import BuildEnvironment

__all__ = ["FileContents", "FileRecord", "FileRecords", "renewed_record"]

FileRecord = tuple[int, int, int, bytes]
"""Size, time of the last change in nanoseconds, number on its disk, and digest of the content."""
FileRecords = MutableMapping[str, FileRecord]
"""By absolute path."""
MISSING: FileRecord = (-1, 0, 0, b"")
CHANGED = b"changed"
"""In the place of a digest that nobody knows."""
DIGEST_SIZE = 16


class FileContents:
    """The records of the last build, and in which files this build differs from them.

    A record is renewed only if it is new, or was found to differ before any page was read: every
    page that depends on the file is then read again in this build. So a change that happens during
    a build is noticed by the next one.
    """

    def __init__(self, env: BuildEnvironment, records: FileRecords) -> None:
        self._env, self._records = env, records
        self.has_new_records = False
        """Whether a file was written anew with the same content."""
        self._changed = {path for path in records if self._differs(path)}
        self.read_pages: list[str] = []
        """The pages that this build reads."""
        self._started = 0
        """When it began to read them, in nanoseconds since 1970."""

    def outdated_pages(self) -> Iterator[str]:
        """Yield the pages of which the source or a dependency has another content now."""
        folder = f"{self._env.srcdir}{os.sep}"
        for docname in self._env.found_docs & self._env.all_docs.keys():
            # a page without a record was read from a file of another name
            is_renamed = f"{folder}{self._env.doc2path(docname, base=False)}" not in self._records
            if is_renamed or self._depends_on_changed(docname):
                yield docname

    def note_sources(self, docnames: Iterable[str]) -> None:
        """Record the sources of the pages that are about to be read."""
        self.read_pages = list(docnames)
        self._started = time.time_ns()
        for docname in self.read_pages:
            self._record(str(self._env.doc2path(docname)))

    def note_dependencies(self) -> None:
        """Record the files that these pages have turned out to depend on; forget unused files."""
        for docname in self.read_pages:
            for path in self._dependencies_of(docname):
                self._record(path)
                self._forget_if_changed_meanwhile(path)
        if self.read_pages:
            used = {path for docname in self._env.all_docs for path in self._files_of(docname)}
            for path in self._records.keys() - used:
                del self._records[path]

    def _differs(self, path: str) -> bool:
        before = self._records[path]
        record = renewed_record(path, before)
        if record[3] != before[3]:
            return True
        if record != before:
            self._records[path], self.has_new_records = record, True
        return False

    def _record(self, path: str) -> None:
        if path in self._changed or path not in self._records:
            self._changed.discard(path)
            self._records[path] = renewed_record(path, None)

    def _forget_if_changed_meanwhile(self, path: str) -> None:
        """Let the next build read a file again that was saved after the reading began."""
        *state, _ = self._records[path]
        if state[1] >= self._started:
            self._records[path] = (*MISSING[:3], CHANGED)

    def _depends_on_changed(self, docname: str) -> bool:
        # most builds change nothing, and finding the files of all pages takes a while
        return bool(self._changed) and not self._changed.isdisjoint(self._files_of(docname))

    def _files_of(self, docname: str) -> Iterator[str]:
        yield str(self._env.doc2path(docname))
        yield from self._dependencies_of(docname)

    def _dependencies_of(self, docname: str) -> Iterator[str]:
        # Sphinx 8 and 9 keep them relative to the source directory, or as absolute paths
        for path in self._env.dependencies.get(docname, ()):
            yield str(Path(self._env.srcdir, path))


def renewed_record(path: str, before: FileRecord | None) -> FileRecord:
    """Return the record of a file, which is read only if it differs from the earlier record."""
    state = _state_of(path)
    if before and before[:3] == state:
        return before
    return (*state, _digest_of(path))


def _state_of(path: str) -> tuple[int, int, int]:
    try:
        state = os.stat(path)  # noqa: PTH116  # there may be thousands
    except OSError:
        return MISSING[:3]
    return state.st_size, state.st_mtime_ns, state.st_ino


def _digest_of(path: str) -> bytes:
    try:
        with Path(path).open("rb") as file:
            digest = hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=DIGEST_SIZE))
            return digest.digest()
    except OSError:  # such as a folder
        return b""
