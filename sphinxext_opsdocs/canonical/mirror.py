"""The folder of synced copies: which file of another project lies where, and since when.

``sources.jsonl`` in it has a line for each copy, sorted, so that two branches merge.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Container, Iterable, Mapping
from datetime import date
from pathlib import Path
from posixpath import basename
from typing import Annotated
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta, Struct

from sphinxext_opsdocs.config.schema import Config, is_address
from sphinxext_opsdocs.storage import StorageError, read_file

__all__ = [
    "MANIFEST",
    "Copy",
    "ManifestError",
    "Origin",
    "dump_manifest",
    "load_manifest",
    "origins",
]

MANIFEST = "sources.jsonl"
DEPENDENTS = "dependents"


class ManifestError(Exception):
    """A manifest that cannot be read; the message says why, without the file's name."""


class Origin(Struct, frozen=True):
    """A file of another project, as configuration names it."""

    group: str
    """Key of its spec domain or dependent."""
    kind: str
    """``index``, ``needs``, ``inventory`` or ``facts``."""
    text: str
    """An address, or a path relative to conf.py."""

    def is_kept_in_place(self, confdir: Path) -> bool:
        """Whether it is a file below conf.py's folder, which nobody needs to copy."""
        return not is_address(self.text) and self.path(confdir).is_relative_to(confdir.resolve())

    def path(self, confdir: Path) -> Path:
        """The file itself, where the origin is one."""
        return Path(confdir, self.text).resolve()

    def row(self, manifest: Mapping[str, Copy]) -> Copy | None:
        """The row of its copy, if it has one."""
        rows = (row for row in manifest.values() if row.origin == self.text)
        return next((row for row in rows if row.copy.startswith(f"{self._folder}/")), None)

    def new_copy(self, taken: Container[str]) -> str:
        """Where its first copy goes: its own name, with a digest in front where that is taken."""
        name = f"{self._folder}/{_file_name(self.text)}"
        if name not in taken:
            return name
        mark = hashlib.sha256(self.text.encode()).hexdigest()[:8]
        return f"{self._folder}/{mark}-{_file_name(self.text)}"

    @property
    def _folder(self) -> str:
        return f"{DEPENDENTS}/{self.group}" if self.kind == "facts" else self.group


class Copy(Struct, frozen=True, omit_defaults=True):
    """What is known of a copy: a line of the manifest."""

    copy: Annotated[str, Meta(pattern=r"^(?:[\w-][\w.-]*/)+[\w-][\w.-]*$")]
    """Where it lies, relative to the folder of copies."""
    origin: str
    fetched: date
    """The day on which the origin was last found to be this."""
    sha256: str
    etag: str = ""
    modified: str = ""
    """The server's ``Last-Modified``."""


def origins(config: Config) -> tuple[Origin, ...]:
    """Every file of another project, by spec domain and in the order given, then dependents."""
    named = [
        Origin(key, kind, text)
        for key, spec in config.domains.items()
        for kind, text in spec.files()
    ]
    named += [Origin(key, "facts", found.facts) for key, found in config.dependents.items()]
    return tuple(dict.fromkeys(named))


def _file_name(text: str) -> str:
    name = basename(urlsplit(text).path if is_address(text) else text.replace("\\", "/"))
    return re.sub(r"[^\w.-]", "_", name).lstrip(".") or "index"


def load_manifest(folder: Path) -> Mapping[str, Copy]:
    """What is known of the copies in a folder, by their place in it. Raises ManifestError."""
    path = folder / MANIFEST
    if not path.exists():
        return {}
    try:
        rows = msgspec.json.Decoder(Copy).decode_lines(read_file(path))
    except (StorageError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise ManifestError(str(error)) from None
    return {row.copy: row for row in rows}


def dump_manifest(copies: Iterable[Copy]) -> bytes:
    """The manifest, a copy a line."""
    return msgspec.json.Encoder().encode_lines(sorted(copies, key=lambda copy: copy.copy))
