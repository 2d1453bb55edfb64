"""The lock ``opsdocs.lock``: which text of which canonical section a document was reviewed against.

Blocks of JSON with blank lines between them, a key a line, sorted: two branches that pin different
sections merge. A block is the header, a pin, the text that pins of one digest were made on, or the
end, without which the file was cut off.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import msgspec
from msgspec import Struct

from sphinxext_opsdocs.storage import StorageError, read_file

__all__ = ["LOCK_FILE", "LOCK_FORMAT", "Lock", "LockError", "Pin", "dump_lock", "load_lock"]

LOCK_FILE = "opsdocs.lock"
LOCK_FORMAT = 1
CONFLICT = re.compile(r"^(?:<{7}|={7}|>{7})", re.MULTILINE)


class LockError(Exception):
    """A lock that cannot be read; the message says why, without the file's name."""


class _Header(Struct, frozen=True, tag="lock", tag_field="kind"):
    format: int


class Pin(Struct, frozen=True, gc=False, omit_defaults=True, tag="pin", tag_field="kind"):
    """That somebody looked at both sides: a document, and a section as it was then."""

    document: str
    """Docname."""
    section: str
    """Identity of the section in the graph."""
    name: str
    """The section as ``page#anchor``."""
    digest: str
    """Of the section with everything below it."""
    own: str = ""
    """Of title and own text, where that is another."""
    version: str = ""
    """Of the section's page."""
    by: str = ""
    on: str = ""
    """ISO date."""
    reason: str = ""

    @property
    def own_digest(self) -> str:
        """Digest of title and own text alone."""
        return self.own or self.digest


class _Text(Struct, frozen=True, tag="text", tag_field="kind"):
    digest: str
    text: tuple[str, ...]


class _End(Struct, frozen=True, tag="end", tag_field="kind"):
    pass


class Lock(Struct, frozen=True):
    """Pins by document and section, and for each pinned digest the lines of its text."""

    pins: Mapping[tuple[str, str], Pin] = {}
    texts: Mapping[str, tuple[str, ...]] = {}

    def with_pins(
        self, pins: Iterable[Pin], texts: Mapping[str, tuple[str, ...]], gone: Iterable[Pin] = ()
    ) -> Lock:
        """The lock with pins added or replaced, others gone, and only the texts that are used."""
        kept = dict(self.pins)
        for pin in gone:
            kept.pop((pin.document, pin.section), None)
        kept |= {(pin.document, pin.section): pin for pin in pins}
        used = {pin.digest for pin in kept.values()}
        known = {**self.texts, **texts}
        return Lock(kept, {digest: known[digest] for digest in used if digest in known})


BLOCK = msgspec.json.Decoder(_Header | Pin | _Text | _End)


def load_lock(path: Path) -> Lock | None:
    """The lock; None where there is none. Raises LockError."""
    if not path.exists():
        return None
    try:
        return _parsed(read_file(path).decode("utf-8"))
    except StorageError as error:
        raise LockError(str(error)) from None
    except UnicodeDecodeError as error:
        raise LockError(f"is no UTF-8: {error}") from None


def _parsed(text: str) -> Lock:
    text = text.replace("\r\n", "\n")
    if conflict := CONFLICT.search(text):
        line = text.count("\n", 0, conflict.start()) + 1
        raise LockError(f"line {line}: holds the marks of a merge conflict")
    pins: dict[tuple[str, str], Pin] = {}
    texts: dict[str, tuple[str, ...]] = {}
    has_header = has_end = False
    for line, block in _blocks(text):
        if isinstance(block, _Header):
            has_header = True
            if block.format != LOCK_FORMAT:
                raise LockError(f"has format {block.format}, this version reads {LOCK_FORMAT}")
        elif isinstance(block, _End):
            has_end = True
        elif isinstance(block, _Text):
            texts[block.digest] = block.text
        elif pins.setdefault((block.document, block.section), block) != block:
            raise LockError(
                f'line {line}: pins "{block.section}" for "{block.document}" a second time, '
                "differently; keep one"
            )
    if not has_header or not has_end:
        raise LockError("has no header or no end; it is no lock, or was cut off")
    return Lock(pins, texts)


def _blocks(text: str) -> Iterator[tuple[int, _Header | Pin | _Text | _End]]:
    """Every block with the line it starts on."""
    line = 1
    for part in text.split("\n\n"):
        if part.strip():
            try:
                yield line, BLOCK.decode(part)
            except (msgspec.MsgspecError, RecursionError) as error:
                raise LockError(f"line {line}: {error}") from None
        line += part.count("\n") + 2


def dump_lock(lock: Lock) -> bytes:
    """The lock as UTF-8 text."""
    blocks: list[Struct] = [_Header(LOCK_FORMAT)]
    blocks += [lock.pins[key] for key in sorted(lock.pins)]
    blocks += [_Text(digest, lock.texts[digest]) for digest in sorted(lock.texts)]
    blocks.append(_End())
    return ("\n\n".join(map(_written, blocks)) + "\n").encode("utf-8", "surrogatepass")


def _written(block: Struct) -> str:
    values: dict[str, Any] = msgspec.to_builtins(block)
    lines = [f'"{name}": {_value(value)}' for name, value in values.items()]
    return "{" + ",\n ".join(lines) + "}"


def _value(value: Any) -> str:
    if isinstance(value, list | tuple):
        return "[" + ",\n  ".join(map(_value, cast(list[Any], value))) + "]"
    return msgspec.json.encode(value).decode("utf-8", "surrogatepass")
