"""The canonical index: the specifications of a project, as it publishes them for other projects.

JSON, gzipped, one page a line, sorted by docname: equal specifications give equal bytes.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Mapping
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from sphinxext_opsdocs.canonical.section import CanonicalPage
from sphinxext_opsdocs.storage import FileFormat, encode_json, json_schema
from sphinxext_opsdocs.text.digest import DIGEST_FORMAT

__all__ = [
    "INDEX_FORMAT",
    "CanonicalIndex",
    "dump_index",
    "index_schema",
]

FORMAT = 1
"""Raised with every change of shape that an older reader would misread."""


class CanonicalIndex(Struct, frozen=True):
    """The content of a canonical index. The address of a section is ``url#anchor`` of its page."""

    format: Annotated[int, Meta(description="format of this file")]
    digests: Annotated[str, Meta(description="format of the digests")]
    project: Annotated[str, Meta(description="project name of conf.py")]
    version: Annotated[str, Meta(description="release of conf.py")]
    base_url: Annotated[str, Meta(description="address of the root of the pages; may be empty")]
    redirects: Annotated[
        dict[str, str],
        Meta(description="old page or page#anchor: the new one, or an address"),
    ]
    pages: Annotated[tuple[CanonicalPage, ...], Meta(description="sorted by docname")]


def dump_index(
    project: str,
    version: str,
    base_url: str,
    redirects: Mapping[str, str],
    pages: Iterable[CanonicalPage],
) -> bytes:
    """Return the gzipped index, without any date."""
    lines = [
        b'{"format": ' + encode_json(FORMAT),
        b'"digests": ' + encode_json(DIGEST_FORMAT),
        b'"project": ' + encode_json(project),
        b'"version": ' + encode_json(version),
        b'"base_url": ' + encode_json(base_url),
        b'"redirects": ' + encode_json(dict(sorted(redirects.items()))),
    ]
    rows = [encode_json(page) for page in sorted(pages, key=lambda page: page.docname)]
    text = b",\n".join(lines) + b',\n"pages": [\n' + b",\n".join(rows) + b"\n]}\n"
    # gzip writes the time into its header unless it gets one (RFC 1952, section 2.3.1)
    return gzip.compress(text, compresslevel=6, mtime=0)


INDEX_FORMAT = FileFormat(
    "canonical index",
    msgspec.json.Decoder(CanonicalIndex).decode,
    FORMAT,
)


def index_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a canonical index."""
    return json_schema(CanonicalIndex)
