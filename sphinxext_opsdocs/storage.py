"""Files that a team keeps: read whole up to a limit, of one format each, replaced in one step."""

import glob
import gzip
import json
import os
import re
import secrets
import sys
import time
import zlib
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path
from typing import Any, Generic, TypeVar

import msgspec
from msgspec import Struct

__all__ = [
    "LIMIT",
    "FileChangedError",
    "FileFormat",
    "UnreadableError",
    "decode_text",
    "encode_json",
    "exclusive",
    "json_schema",
    "read_file",
    "read_raw",
    "replace_file",
    "replace_unchanged",
    "temporary_copy",
    "unpack",
]

LIMIT = 128 * 1024 * 1024
"""Largest size of a file of ours in bytes, packed and unpacked."""
GZIP = b"\x1f\x8b"
"""The first two bytes of every gzip member (RFC 1952, section 2.3.1)."""
CONFLICT = re.compile(rb"^(?:<{7}|\|{7}|={7}|>{7})", re.MULTILINE)
"""The marks that git puts around the two versions of some lines."""
NUMBER_FIRST = re.compile(rb'\s*{\s*"format"\s*:\s*([0-9]{1,9})\s*[,}]')
NEW_FILE_MODE = 0o644
TEMPORARY_SUFFIX = ".opsdocs-tmp"
LOCK_SUFFIX = ".opsdocs-lock"
ABANDONED_AFTER = 600
"""Age in seconds from which a temporary file belongs to no running process."""
JSON_ENCODER = msgspec.json.Encoder(order="deterministic")
Content = TypeVar("Content")


class UnreadableError(ValueError):
    """Content that cannot be read; the message says why, without the name of the file."""


class FileChangedError(Exception):
    """Somebody else changed a file after it was read here."""

    def __init__(self, path: Path) -> None:
        super().__init__(f'"{path}" was changed by somebody else meanwhile; nothing was written')


class _Numbered(Struct):
    format: int


def _number_of_json(data: bytes) -> int:
    # our writers put it first, so that megabytes need not be parsed for it; other tools may not
    if start := NUMBER_FIRST.match(data):
        return int(start[1])
    return msgspec.json.decode(data, type=_Numbered).format


class FileFormat(Generic[Content]):
    """One kind of file that a team keeps or publishes, and the one version of it that is read.

    ``decode`` may raise any ValueError or RecursionError for content of another shape. ``number``
    is None for a kind without versions; else ``number_of`` returns the version of the data.
    ``is_mergeable`` is for a kind that ``opsdocs merge`` merges by entry.
    """

    def __init__(
        self,
        title: str,
        decode: Callable[[bytes], Content],
        number: int | None = None,
        number_of: Callable[[bytes], int] = _number_of_json,
        is_mergeable: bool = False,
    ) -> None:
        self.title = title
        self.number = number
        self._decode = decode
        self._number_of = number_of
        self._is_mergeable = is_mergeable

    def parse(self, data: bytes) -> Content:
        """Decode the unpacked bytes of a file. Raises UnreadableError."""
        try:
            if self._is_mergeable:
                _refuse_conflict(data)
            self._refuse_other_version(data)
            return self._decode(data)
        except UnreadableError:
            raise
        except RecursionError:
            raise UnreadableError(f"is not a {self.title}: it is nested too deeply") from None
        except ValueError as error:  # msgspec's errors and wrong encodings are ValueErrors too
            raise UnreadableError(f"is not a {self.title}: {error}") from None

    def load(self, path: Path) -> Content:
        """Read a file, gzipped or not. Raises UnreadableError."""
        return self.parse(read_file(path))

    def load_if_present(self, path: Path) -> Content | None:
        """Read a file; None if it does not exist. Raises UnreadableError."""
        if not path.exists():
            return None
        return self.load(path)

    def _refuse_other_version(self, data: bytes) -> None:
        # checked before anything else is decoded: a newer version may have a different shape
        if self.number is None:
            return
        number = self._number_of(data)
        if number != self.number:
            raise UnreadableError(f"has format {number}; this version reads format {self.number}")


def _refuse_conflict(data: bytes) -> None:
    if conflict := CONFLICT.search(data):
        line = data.count(b"\n", 0, conflict.start()) + 1
        raise UnreadableError(
            f'line {line}: contains merge-conflict markers; run "opsdocs merge" to resolve them'
        )


def json_schema(content: type) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of the content of a file."""
    schema = msgspec.json.schema(content)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def encode_json(value: Any) -> bytes:
    """Return a value as JSON; equal values give equal bytes.

    A lone surrogate, which a conf.py or the name of a folder can contain, becomes a question mark.
    """
    try:
        return JSON_ENCODER.encode(value)
    except UnicodeEncodeError:
        builtins = msgspec.to_builtins(value, order="deterministic")
        text = json.dumps(builtins, ensure_ascii=False, separators=(",", ":"))
        return text.encode("utf-8", "replace")


def read_file(path: Path) -> bytes:
    """Return all bytes of a file, unpacked if it is gzipped. Raises UnreadableError."""
    return unpack(read_raw(path))


def decode_text(data: bytes) -> str:
    """Return the text of a file in UTF-8, without its mark. Raises UnreadableError."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableError("it contains a byte that is not utf-8; save it as utf-8") from None


def read_raw(path: Path, limit: int = LIMIT) -> bytes:
    """Return all bytes of a file as they are. Raises UnreadableError."""
    try:
        # a device or a pipe may never end, and a file may be larger than the memory
        size = path.stat().st_size
        if not path.is_file():
            raise UnreadableError("is not a file")
        if size > limit:
            raise UnreadableError(f"has {size:,} bytes; the limit is {limit:,}")
        return path.read_bytes()
    except OSError as error:
        raise UnreadableError(error.strerror or str(error)) from None


def unpack(data: bytes, limit: int = LIMIT) -> bytes:
    """Return the same bytes, or their content if they are gzipped. Raises UnreadableError.

    All members of a gzip file are read, and nothing but zeros may follow the last one: every other
    tool reads the same (RFC 1952, section 2.2), so nothing can be hidden from a reviewer.
    """
    if not data.startswith(GZIP):
        return data
    try:
        with gzip.GzipFile(fileobj=BytesIO(data)) as file:
            text = file.read(limit + 1)
    except EOFError:
        raise UnreadableError("is cut off") from None
    except (OSError, zlib.error) as error:
        raise UnreadableError(f"is not a gzip file: {error}") from None
    if len(text) > limit:
        raise UnreadableError(f"unpacks to more than {limit:,} bytes")
    return text


def replace_file(path: Path, data: bytes) -> bool:
    """Replace a file in one step; False, with nothing written, if it already has this content.

    A process that is killed meanwhile leaves the old content or the new one, and at most a
    temporary file beside it, which a later call removes.
    """
    if path.is_file() and path.read_bytes() == data:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    mode = NEW_FILE_MODE
    if path.exists():
        mode = path.stat().st_mode & 0o777
    # in the same folder: a rename is one step only within a file system
    with temporary_copy(path, data) as temporary:
        # the umask has no say: the file that is replaced has its mode already
        os.chmod(temporary, mode)  # noqa: PTH101
        os.replace(temporary, path)  # noqa: PTH105
    return True


@contextmanager
def temporary_copy(path: Path, data: bytes) -> Generator[Path]:
    """Write a file with this content beside another one, and remove it unless it was renamed."""
    _remove_abandoned(path)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}{TEMPORARY_SUFFIX}")
    try:
        _write_new(temporary, data)
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)


def replace_unchanged(path: Path, data: bytes, before: bytes | None) -> bool:
    """Replace a file that still has the content ``before``; None stands for no file.

    Raises FileChangedError, with nothing written, if somebody else has changed it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with exclusive(path):
        current = None
        if path.exists():
            current = path.read_bytes()
        if current != before:
            raise FileChangedError(path)
        return replace_file(path, data)


def _write_new(path: Path, data: bytes) -> None:
    """Write a new file, and wait until the disk has it: a rename may reach the disk before it."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags, 0o600)
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove_abandoned(path: Path) -> None:
    """Remove the temporary files of processes that were killed while they replaced this file."""
    # by age alone: the number of a process means nothing on another machine or in a container
    oldest = time.time() - ABANDONED_AFTER
    for temporary in path.parent.glob(f".{glob.escape(path.name)}.*{TEMPORARY_SUFFIX}"):
        with suppress(OSError):
            if temporary.stat().st_mtime < oldest:
                temporary.unlink()


@contextmanager
def exclusive(path: Path) -> Generator[None]:
    """Keep every other process that asks for the same file waiting; its folder must exist.

    The system releases the lock when the process ends, even if it is killed.
    """
    lock_path = path.with_name(f".{path.name}{LOCK_SUFFIX}")
    descriptor = _open_locked(lock_path)
    try:
        yield
    finally:
        # while it is still locked: whoever waits for it then notices that it is another file
        with suppress(OSError):
            lock_path.unlink()
        os.close(descriptor)


def _open_locked(lock_path: Path) -> int:
    while True:
        descriptor = os.open(lock_path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(descriptor)
            if os.path.samestat(os.fstat(descriptor), lock_path.stat()):
                return descriptor
        except FileNotFoundError:
            pass  # the process before removed it
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        while True:
            try:
                # tries for ten seconds
                msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)
            except OSError:
                continue
            return

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        # some network file systems have no locks: there, contents are compared without one
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
