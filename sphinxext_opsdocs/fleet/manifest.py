"""The manifest of a bundle: where it comes from, and what is in it."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from sphinxext_opsdocs.facts.file import is_iso_date
from sphinxext_opsdocs.storage import FileFormat, UnreadableError, encode_json, json_schema

__all__ = ["MANIFEST_FORMAT", "Entry", "Manifest", "SourceName", "manifest_schema"]

FORMAT = 1
MOST_SOURCES = 1000


class Entry(Struct, frozen=True):
    """A file of a bundle."""

    size: Annotated[int, Meta(ge=0)]
    """Bytes, unpacked."""
    sha256: str


class SourceName(Struct, frozen=True):
    """A file of another project that spec domains of this one read."""

    domain: str
    """Key of the spec domain."""
    kind: str
    """``index``, ``needs`` or ``inventory``."""
    origin: str
    """Address or path, as configuration names it."""
    sha256: str
    """Of the file that was read."""
    base_url: str = ""
    """Address of the root of its pages."""


class Manifest(Struct, frozen=True):
    """The first file of a bundle."""

    format: int
    project: str
    """Name in conf.py."""
    repository: str
    """Address of the repository; may be empty."""
    commit: str
    """Id of its commit, with ``-dirty`` behind it if files differ from it; may be empty."""
    built: str
    """Time of the build, ISO 8601 in UTC."""
    versions: dict[str, str]
    """Of opsdocs, Sphinx and Python."""
    formats: dict[str, int]
    """Format of each kind of file that has one."""
    has_text: bool
    """Whether it contains the text of pages."""
    base_url: str
    """Address of the root of the pages; may be empty."""
    index_sha256: str
    """Of the canonical index as it is published; empty without specifications."""
    sources: Annotated[tuple[SourceName, ...], Meta(max_length=MOST_SOURCES)]
    files: dict[str, Entry]

    @property
    def content(self) -> str:
        """Digest of all that a check depends on: another build of the same pages has the same."""
        text = "\n".join(f"{name} {entry.sha256}" for name, entry in sorted(self.files.items()))
        return hashlib.sha256(text.encode()).hexdigest()

    def dump(self) -> bytes:
        """Return the manifest as JSON."""
        return encode_json(self) + b"\n"


def _decode_manifest(data: bytes) -> Manifest:
    manifest = msgspec.json.decode(data, type=Manifest)
    if not is_iso_date(manifest.built[:10]):  # days are counted from it
        raise UnreadableError(f'has "{manifest.built[:40]}" as the time of its build')
    return manifest


MANIFEST_FORMAT = FileFormat("manifest of a bundle", _decode_manifest, FORMAT)


def manifest_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a manifest."""
    return json_schema(Manifest)
