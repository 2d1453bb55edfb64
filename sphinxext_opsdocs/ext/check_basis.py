"""What a check depends on, summed up as one digest."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from sphinxext_opsdocs.ext.code_digest import digest_of_code, state_of_code
from sphinxext_opsdocs.ext.domain import OpsDomain
from sphinxext_opsdocs.ext.file_contents import FileRecord, renewed_record
from sphinxext_opsdocs.ext.input_paths import input_paths
from sphinxext_opsdocs.ext.reading_cache import is_kept
from sphinxext_opsdocs.ext.redirects import redirect_paths
from sphinxext_opsdocs.ext.repository import source_in_repository
from sphinxext_opsdocs.ext.settings import tables_of
from sphinxext_opsdocs.ext.standing_check import Basis
from sphinxext_opsdocs.ext.unreadable_pages import project_problems
from sphinxext_opsdocs.ext.watched_paths import find_unmatched_watches
from sphinxext_opsdocs.markup.anchors import read_need_pattern
from sphinxext_opsdocs.storage import encode_json

__all__ = ["find_basis"]

CONFIG_VALUES = (
    "project", "version", "release", "language", "html_baseurl", "html_file_suffix",
    "html_link_suffix", "source_suffix", "rediraffe_redirects", "redirects",
)  # fmt: skip
"""Values of conf.py that a check, or a file that it leads to, depends on besides our own."""


def find_basis(app: Sphinx, ops_domain: OpsDomain, files: Mapping[str, FileRecord]) -> Basis:
    """Return what the check of this build depends on.

    ``files`` are the records of an earlier check: only files that differ from them are read.
    """
    confdir = Path(app.confdir)
    records: dict[str, FileRecord] = {}
    for path in (*input_paths(ops_domain.config, confdir), *redirect_paths(app, ops_domain.config)):
        name = os.path.relpath(path, confdir)  # the same in every clone
        records[name] = renewed_record(str(path), files.get(name))
    digest = hashlib.blake2b(digest_size=32)
    for part in (*_values(app, ops_domain), *_contents(records), *_facts(ops_domain)):
        digest.update(len(part).to_bytes(8, "big") + part)
    return Basis(digest.digest(), records)


def _values(app: Sphinx, ops_domain: OpsDomain) -> Iterator[bytes]:
    watches = find_unmatched_watches(ops_domain.watches, Path(app.srcdir))
    values: tuple[Any, ...] = (
        digest_of_code() if is_kept(app) else state_of_code(),
        sorted(app.tags),
        source_in_repository(Path(app.srcdir)),
        # a check of its own leaves nothing in the temporary folder that Sphinx wants
        str(app.outdir) if app.builder.format else "",
        ops_domain.today.isoformat(),
        tables_of(app.config),
        {name: repr(getattr(app.config, name, None)) for name in CONFIG_VALUES},
        ops_domain.language_name,
        read_need_pattern(app.config),
        sorted(app.env.found_docs),
        project_problems(ops_domain),
        watches,
    )
    yield from map(encode_json, values)


def _contents(records: Mapping[str, FileRecord]) -> Iterator[bytes]:
    for path, record in sorted(records.items()):
        yield path.encode("utf-8", "surrogateescape")
        yield record[3]


def _facts(ops_domain: OpsDomain) -> Iterator[bytes]:
    for encoded in (ops_domain.encoded_facts, ops_domain.passages):
        for docname in sorted(encoded):
            yield docname.encode("utf-8", "surrogateescape")
            yield encoded[docname]
