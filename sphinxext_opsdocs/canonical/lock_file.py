"""The lock ``opsdocs.lock``: which text of which canonical section a document was reviewed against.

Blocks of JSON with blank lines between them, sorted: two branches that pin different sections
merge. A block is the header, a pin, the text of a pinned digest, or the end; a file without an end
was cut off. A pin is on one line, so that git never joins the halves of two pins; version 0.1 wrote
one key a line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, cast

import msgspec
from msgspec import Struct

from sphinxext_opsdocs.storage import FileFormat, UnreadableError
from sphinxext_opsdocs.three_way_merge import merge_entries

__all__ = ["LENIENT_LOCK_FORMAT", "LOCK_FILE", "LOCK_FORMAT", "Lock", "Pin", "dump_lock"]

LOCK_FILE = "opsdocs.lock"
FORMAT = 1


class _Header(Struct, frozen=True, tag="lock", tag_field="kind"):
    format: int


class Pin(Struct, frozen=True, gc=False, omit_defaults=True, tag="pin", tag_field="kind"):
    """A record that somebody compared a document with a section, as it was then."""

    document: str
    """Docname."""
    section: str
    """Identity of the section in the graph."""
    name: str
    """The section as ``page#anchor``."""
    digest: str
    """Of the section with everything below it."""
    own: str = ""
    """Of title and own text; empty if that is the same as ``digest``."""
    version: str = ""
    """Of the section's page."""
    by: str = ""
    on: str = ""
    """ISO date."""
    reason: str = ""

    @property
    def domain_key(self) -> str:
        """Key of the spec domain of the section."""
        return self.section.partition(":")[0]

    @property
    def own_digest(self) -> str:
        """Digest of title and own text alone."""
        return self.own or self.digest


class _Text(Struct, frozen=True, tag="text", tag_field="kind"):
    digest: str
    text: tuple[str, ...]


class _End(Struct, frozen=True, tag="end", tag_field="kind"):
    pass


PinKey = tuple[str, str]
"""Document and section."""


class Lock(Struct, frozen=True):
    """Pins by document and section, and for each pinned digest the lines of its text."""

    pins: Mapping[PinKey, Pin] = {}
    texts: Mapping[str, tuple[str, ...]] = {}

    def with_pins(
        self,
        pins: Iterable[Pin],
        texts: Mapping[str, tuple[str, ...]],
        removed: Iterable[Pin] = (),
    ) -> Lock:
        """Return the lock with pins added, replaced and removed, and only the texts in use."""
        remaining = dict(self.pins)
        for pin in removed:
            remaining.pop((pin.document, pin.section), None)
        remaining |= {(pin.document, pin.section): pin for pin in pins}
        return Lock(remaining, {**self.texts, **texts}).without_unused_texts()

    def without_unused_texts(self) -> Lock:
        """Return the lock with the texts of its pins alone."""
        digests = {pin.digest for pin in self.pins.values()}
        used = {digest: self.texts[digest] for digest in digests if digest in self.texts}
        return Lock(self.pins, used)

    def merge(self, ours: Lock, theirs: Lock) -> tuple[Lock, tuple[PinKey, ...]]:
        """Return two versions of this lock merged, and the pins that both changed differently.

        These are dropped: nobody has compared their pages with what both sides know. Of two for the
        same text the later one stays.
        """
        dropped: list[PinKey] = []

        def settle(key: PinKey, mine: Pin | None, other: Pin | None) -> Pin | None:
            if mine and other and mine.digest == other.digest:
                return max(mine, other, key=lambda pin: (pin.on, *msgspec.structs.astuple(pin)))
            dropped.append(key)
            return None

        pins = merge_entries(self.pins, ours.pins, theirs.pins, settle)
        texts = {**self.texts, **ours.texts, **theirs.texts}
        return Lock(pins, texts).without_unused_texts(), tuple(sorted(dropped))


@lru_cache(maxsize=1)
def _block_decoder() -> msgspec.json.Decoder[_Header | Pin | _Text | _End]:
    return msgspec.json.Decoder(_Header | Pin | _Text | _End)


def _decode_lock(data: bytes) -> Lock:
    lock, contradictions = _decode_blocks(data)
    for (document, section), line in contradictions.items():
        raise UnreadableError(
            f'line {line}: "{section}" is pinned twice for "{document}", differently; '
            'run "opsdocs merge" to drop both'
        )
    return lock


def _decode_blocks(data: bytes) -> tuple[Lock, Mapping[PinKey, int]]:
    """Return a lock, and the line of the second of two pins that contradict each other."""
    text = _lock_text(data)
    pins: dict[PinKey, Pin] = {}
    texts: dict[str, tuple[str, ...]] = {}
    contradictions: dict[PinKey, int] = {}
    has_end = False
    for line, block in _blocks(text):
        if isinstance(block, _End):
            has_end = True
        elif isinstance(block, _Text):
            texts[block.digest] = block.text
        elif isinstance(block, Pin):
            key = block.document, block.section
            # two branches may add the same pin: a merge then contains it twice, without a
            # contradiction
            if pins.setdefault(key, block) != block:
                contradictions.setdefault(key, line)
    if not has_end:
        raise UnreadableError("has no end: it was cut off")
    return Lock(pins, texts), contradictions


def _decode_leniently(data: bytes) -> tuple[Lock, tuple[PinKey, ...]]:
    lock, contradictions = _decode_blocks(data)
    pins = {key: pin for key, pin in lock.pins.items() if key not in contradictions}
    return Lock(pins, lock.texts).without_unused_texts(), tuple(sorted(contradictions))


def _number_of_lock(data: bytes) -> int:
    for _, block in _blocks(_lock_text(data)):
        if isinstance(block, _Header):
            return block.format
    raise UnreadableError("has no header: it is not a lock, or was cut off")


def _lock_text(data: bytes) -> str:
    return data.decode("utf-8").replace("\r\n", "\n")


def _blocks(text: str) -> Iterator[tuple[int, _Header | Pin | _Text | _End]]:
    """Yield every block with the line it starts on."""
    line = 1
    for part in text.split("\n\n"):
        if part.strip():
            try:
                yield line, _block_decoder().decode(part)
            except (msgspec.MsgspecError, RecursionError) as error:
                raise UnreadableError(f"line {line}: {error}") from None
        line += part.count("\n") + 2


def dump_lock(lock: Lock) -> bytes:
    """Return the lock as UTF-8 text."""
    blocks: list[Struct] = [_Header(FORMAT)]
    blocks += [lock.pins[key] for key in sorted(lock.pins)]
    blocks += [_Text(digest, lock.texts[digest]) for digest in sorted(lock.texts)]
    blocks.append(_End())
    return ("\n\n".join(map(_dump_block, blocks)) + "\n").encode("utf-8", "surrogatepass")


def _dump_block(block: Struct) -> str:
    values: dict[str, Any] = msgspec.to_builtins(block)
    members = [f'"{name}": {_dump_value(value)}' for name, value in values.items()]
    # each line of a text on its own line, so that git shows which of them changed
    separator = ",\n " if isinstance(block, _Text) else ", "
    return "{" + separator.join(members) + "}"


def _dump_value(value: Any) -> str:
    if isinstance(value, list | tuple):
        return "[" + ",\n  ".join(map(_dump_value, cast(list[Any], value))) + "]"
    return msgspec.json.encode(value).decode("utf-8", "surrogatepass")


LOCK_FORMAT = FileFormat("lock", _decode_lock, FORMAT, _number_of_lock, is_mergeable=True)
LENIENT_LOCK_FORMAT = FileFormat(
    "lock", _decode_leniently, FORMAT, _number_of_lock, is_mergeable=True
)
"""The same without pins that contradict each other, which are listed instead."""
