"""The folder of synced copies: which file of another project is where, and since when.

Its list ``sources.jsonl`` has one line for each copy, sorted, so that two branches merge.
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
from sphinxext_opsdocs.storage import FileFormat
from sphinxext_opsdocs.three_way_merge import merge_entries

__all__ = [
    "MANIFEST",
    "MANIFEST_FORMAT",
    "Copy",
    "Origin",
    "dump_manifest",
    "merge_manifests",
    "origins",
]

MANIFEST = "sources.jsonl"
FOLDERS = {"facts": "dependents", "alerts": "_alerts"}
"""The folder of what is no specification, by its kind; a spec domain cannot have such a key."""


class Origin(Struct, frozen=True):
    """A file of another project, as configuration names it."""

    group: str
    """Key of its spec domain, dependent or set of alerts."""
    kind: str
    """``index``, ``needs``, ``inventory``, ``facts`` or ``alerts``."""
    text: str
    """An address, or a path relative to conf.py."""

    @property
    def spec_domain(self) -> str:
        """Key of its spec domain; empty for what is no specification."""
        return "" if self.kind in FOLDERS else self.group

    def is_kept_in_place(self, confdir: Path) -> bool:
        """Whether it is a file below the folder of conf.py, which needs no copy."""
        if is_address(self.text):
            return False
        # a link to a file elsewhere needs a copy
        return self.path(confdir).resolve().is_relative_to(confdir.resolve())

    def path(self, confdir: Path) -> Path:
        """Return the path of the file, for an origin that is not an address."""
        return Path(confdir, self.text)

    def row(self, manifest: Mapping[str, Copy]) -> Copy | None:
        """Return the row of its copy; None without a copy."""
        rows = (row for row in manifest.values() if row.origin == self.text)
        # two spec domains may name one address: each has a copy in its own folder
        return next((row for row in rows if row.copy.startswith(f"{self._folder}/")), None)

    def new_copy(self, taken: Container[str]) -> str:
        """Return where its first copy goes: its name, with a digest in front if that is taken."""
        name = _file_name(self.text)
        path = f"{self._folder}/{name}"
        if path not in taken:
            return path
        digest = hashlib.sha256(self.text.encode()).hexdigest()[:8]
        return f"{self._folder}/{digest}-{name}"

    @property
    def _folder(self) -> str:
        # a dependent and a spec domain may have the same key
        if folder := FOLDERS.get(self.kind):
            return f"{folder}/{self.group}"
        return self.group


class Copy(Struct, frozen=True, omit_defaults=True):
    """A copy, as a line of the manifest."""

    copy: Annotated[str, Meta(pattern=r"^(?:[\w-][\w.-]*/)+[\w-][\w.-]*$")]
    """Path relative to the folder of copies."""
    origin: str
    fetched: date
    """The day on which the origin last had this content."""
    sha256: str
    etag: str = ""
    modified: str = ""
    """The server's ``Last-Modified``."""


def origins(config: Config) -> tuple[Origin, ...]:
    """Return every file of another project, in configured order.

    Those of spec domains come first, then those of dependents and of alerts.
    """
    named = [
        Origin(key, kind, text)
        for key, spec_domain in config.domains.items()
        for kind, text in spec_domain.files()
    ]
    named += [Origin(key, "facts", dependent.facts) for key, dependent in config.dependents.items()]
    named += [
        Origin(key, "alerts", text)
        for key, remote in config.alerts.remote.items()
        for text in remote.files
    ]
    return tuple(dict.fromkeys(named))


def _file_name(text: str) -> str:
    path = text.replace("\\", "/")
    if is_address(text):
        path = urlsplit(text).path
    # an address must not choose a hidden file, or the parent folder
    return re.sub(r"[^\w.-]", "_", basename(path)).lstrip(".") or "index"


def _decode_manifest(data: bytes) -> Mapping[str, Copy]:
    rows = msgspec.json.Decoder(Copy).decode_lines(data)
    return {row.copy: row for row in rows}


MANIFEST_FORMAT = FileFormat("list of synced copies", _decode_manifest, is_mergeable=True)
"""The copies in a folder, by their path in it."""


def dump_manifest(copies: Iterable[Copy]) -> bytes:
    """Return the manifest, one copy a line."""
    return msgspec.json.Encoder().encode_lines(sorted(copies, key=lambda copy: copy.copy))


def merge_manifests(
    base: Mapping[str, Copy], ours: Mapping[str, Copy], theirs: Mapping[str, Copy]
) -> Mapping[str, Copy]:
    """Return two versions of a manifest merged; of two copies the one fetched later is kept."""
    return merge_entries(base, ours, theirs, _later)


def _later(_path: str, mine: Copy | None, other: Copy | None) -> Copy:
    copies = [copy for copy in (mine, other) if copy]
    # of two copies of one day, the choice must not depend on the side
    return max(copies, key=lambda copy: (copy.fetched, copy.sha256, msgspec.json.encode(copy)))
