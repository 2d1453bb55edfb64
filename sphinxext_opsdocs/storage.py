"""Files that a team keeps: read whole up to a limit, replaced in one step."""

import os
import tempfile
import zlib
from pathlib import Path

__all__ = ["LIMIT", "StorageError", "read_file", "read_raw", "replace_file", "unpacked"]

LIMIT = 128 * 1024 * 1024
"""Bytes that a file of ours may have, packed and unpacked."""
GZIP = b"\x1f\x8b"


class StorageError(Exception):
    """A file that cannot be read; the message says why, without the file's name."""


def read_file(path: Path) -> bytes:
    """All bytes of a file, unpacked when it is gzipped. Raises StorageError."""
    return unpacked(read_raw(path))


def read_raw(path: Path, limit: int = LIMIT) -> bytes:
    """All bytes of a file as they are. Raises StorageError."""
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise StorageError("is no file")
        if size > limit:
            raise StorageError(f"has {size:,} bytes, at most {limit:,} are read")
        return path.read_bytes()
    except OSError as error:
        raise StorageError(error.strerror or str(error)) from None


def unpacked(data: bytes, limit: int = LIMIT) -> bytes:
    """The same bytes, or what they hold when they are gzipped (RFC 1952). Raises StorageError."""
    if not data.startswith(GZIP):
        return data
    unpacker = zlib.decompressobj(wbits=31)
    try:
        text = unpacker.decompress(data, limit)
    except zlib.error as error:
        raise StorageError(f"is no gzip file: {error}") from None
    if unpacker.unconsumed_tail:
        raise StorageError(f"unpacks to more than {limit:,} bytes")
    if not unpacker.eof:
        raise StorageError("is cut off")
    return text


def replace_file(path: Path, data: bytes) -> bool:
    """Replace a file in one step, and leave it alone (False) when it holds the same."""
    if path.is_file() and path.read_bytes() == data:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(
        dir=path.parent, prefix=f".{path.name}-", delete=False
    ) as file:
        try:
            file.write(data)
            file.close()
            mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
            os.chmod(file.name, mode)  # noqa: PTH101
            os.replace(file.name, path)  # noqa: PTH105
        except BaseException:
            os.unlink(file.name)  # noqa: PTH108
            raise
    return True
