"""The alerts of files that have not changed, so that these are not parsed again."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import suppress

import msgspec
from msgspec import Struct

from sphinxext_opsdocs.alerts.alert import Alert
from sphinxext_opsdocs.config.alerts import AlertKind
from sphinxext_opsdocs.storage import decode_text

__all__ = ["KeptAlerts"]


class _File(Struct, frozen=True):
    key: bytes
    """A digest of the content, and of all else that decides what is read from it."""
    alerts: tuple[Alert, ...]


DECODER = msgspec.msgpack.Decoder(dict[str, _File])


class KeptAlerts:
    """The alerts of an earlier build by file; ``read`` parses only files that changed."""

    def __init__(self, encoded: bytes = b"") -> None:
        self._earlier: dict[str, _File] = {}
        with suppress(msgspec.MsgspecError):  # in no way needed
            self._earlier = DECODER.decode(encoded)
        self._files: dict[str, _File] = {}

    def read(
        self, data: bytes, path: str, kind: AlertKind, annotations: Sequence[str]
    ) -> tuple[Alert, ...]:
        """Return the alerts of a file with this content. Raises UnreadableError."""
        parts, name = (kind, *annotations), f"{kind} {path}"
        digest = hashlib.blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=16)
        digest.update(b"\0" + data)
        key = digest.digest()
        file = self._earlier.get(name)
        if file is None or file.key != key:
            # imports the YAML library, which takes long
            from sphinxext_opsdocs.alerts.rule_files import read_alerts

            file = _File(key, read_alerts(decode_text(data), path, kind, annotations))
        self._files[name] = file
        return file.alerts

    def encode(self) -> bytes:
        """Return what was read as bytes for the next build; empty for nothing."""
        return msgspec.msgpack.encode(self._files) if self._files else b""
