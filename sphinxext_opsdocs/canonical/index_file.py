"""The canonical index: what a project tells others of the sections of its specifications.

JSON, gzipped, one page a line, sorted by docname: equal specifications give equal bytes.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from sphinxext_opsdocs.canonical.section import CanonicalPage
from sphinxext_opsdocs.storage import StorageError, read_file
from sphinxext_opsdocs.text.digest import DIGEST_FORMAT

__all__ = [
    "INDEX_FORMAT",
    "CanonicalIndex",
    "CanonicalIndexError",
    "dump_index",
    "index_schema",
    "load_index",
    "parse_index",
]

INDEX_FORMAT = 1
"""Raised with every change of shape that an older reader would misread."""


class CanonicalIndexError(ValueError):
    """Something that is no canonical index; the message says why, without the file's name."""


class CanonicalIndex(Struct, frozen=True):
    """What a canonical index holds. The address of a section is ``url#anchor`` of its page."""

    format: Annotated[int, Meta(description="format of this file")]
    digests: Annotated[str, Meta(description="format of the digests")]
    project: Annotated[str, Meta(description="project name of conf.py")]
    version: Annotated[str, Meta(description="release of conf.py")]
    base_url: Annotated[str, Meta(description="address of the root of the pages; may be empty")]
    redirects: Annotated[
        dict[str, str],
        Meta(description="page or page#anchor that is no more: what it became, or an address"),
    ]
    pages: Annotated[tuple[CanonicalPage, ...], Meta(description="sorted by docname")]


class _Format(Struct):
    format: int


def dump_index(
    project: str,
    version: str,
    base_url: str,
    redirects: Mapping[str, str],
    pages: Iterable[CanonicalPage],
) -> bytes:
    """The gzipped index, with no date in it."""
    encode = msgspec.json.Encoder(order="deterministic").encode
    lines = [
        b'{"format": ' + encode(INDEX_FORMAT),
        b'"digests": ' + encode(DIGEST_FORMAT),
        b'"project": ' + encode(project),
        b'"version": ' + encode(version),
        b'"base_url": ' + encode(base_url),
        b'"redirects": ' + encode(dict(sorted(redirects.items()))),
    ]
    rows = [encode(page) for page in sorted(pages, key=lambda page: page.docname)]
    text = b",\n".join(lines) + b',\n"pages": [\n' + b",\n".join(rows) + b"\n]}\n"
    return gzip.compress(text, compresslevel=6, mtime=0)


def load_index(path: Path) -> CanonicalIndex:
    """Read an index, gzipped or not. Raises CanonicalIndexError for whatever is wrong with it."""
    try:
        return parse_index(read_file(path))
    except StorageError as error:
        raise CanonicalIndexError(str(error)) from None


def parse_index(text: bytes) -> CanonicalIndex:
    """The index in this JSON. Raises CanonicalIndexError."""
    fault = ""
    try:
        index = msgspec.json.decode(text, type=CanonicalIndex)
        if index.format == INDEX_FORMAT:
            return index
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        fault = f"is no canonical index: {error}"
    try:
        found = msgspec.json.decode(text, type=_Format).format
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise CanonicalIndexError(fault) from None
    if found != INDEX_FORMAT:
        fault = f"has format {found}, this version reads {INDEX_FORMAT}"
    raise CanonicalIndexError(fault)


def index_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a canonical index."""
    schema = msgspec.json.schema(CanonicalIndex)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
