"""The folder of synced copies: which file of another project lies where, and since when.

``sources.jsonl`` in it has a line for each copy, sorted, so that two branches merge.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from posixpath import basename
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from sphinxext_opsdocs.config import Config, is_address
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
    copy: str
    """Where its copy lies, relative to the folder of copies."""

    def is_kept_in_place(self, confdir: Path) -> bool:
        """Whether it is a file below conf.py's folder, which nobody needs to copy."""
        return not is_address(self.text) and self.path(confdir).is_relative_to(confdir.resolve())

    def path(self, confdir: Path) -> Path:
        """The file itself, where the origin is one."""
        return Path(confdir, self.text).resolve()


class Copy(Struct, frozen=True, omit_defaults=True):
    """What is known of a copy: a line of the manifest."""

    copy: str
    origin: str
    fetched: str
    """ISO date on which the origin was last found to be this."""
    sha256: str
    etag: str = ""
    modified: str = ""
    """The server's ``Last-Modified``."""


def origins(config: Config) -> tuple[Origin, ...]:
    """Every file of another project, by spec domain and in the order given, then dependents."""
    named = [
        (key, key, kind, text)
        for key, spec in config.domains.items()
        for kind, text in spec.files()
    ]
    named += [
        (f"{DEPENDENTS}/{key}", key, "facts", dependent.facts)
        for key, dependent in config.dependents.items()
    ]
    uses = Counter((folder, _file_name(text)) for folder, _, _, text in named)
    return tuple(
        Origin(group, kind, text, _copy_name(folder, text, uses[folder, _file_name(text)] > 1))
        for folder, group, kind, text in named
    )


def _file_name(text: str) -> str:
    name = basename(urlsplit(text).path if is_address(text) else text.replace("\\", "/"))
    return re.sub(r"[^\w.-]", "_", name).lstrip(".") or "index"


def _copy_name(folder: str, text: str, is_shared: bool) -> str:
    """The origin's own name, told apart by a digest where two origins have the same."""
    mark = f"{hashlib.sha256(text.encode()).hexdigest()[:8]}-" if is_shared else ""
    return f"{folder}/{mark}{_file_name(text)}"


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
