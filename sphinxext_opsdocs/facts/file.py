"""The facts file ``opsdocs.json``: all facts of one build, and the configuration to check them by.

One document a line, sorted by docname: equal facts give equal bytes, and two branches merge.
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from sphinxext_opsdocs.config.classes import document_classes
from sphinxext_opsdocs.config.parser import ConfigurationError, parse_config
from sphinxext_opsdocs.config.schema import Config
from sphinxext_opsdocs.facts.model import DocumentFacts
from sphinxext_opsdocs.storage import StorageError, read_file

__all__ = [
    "FORMAT",
    "FactsFile",
    "FactsFileError",
    "dump_facts",
    "facts_schema",
    "load_facts",
    "parse_facts",
]

FORMAT = 5
"""Raised with every change of the facts' shape; environments of another format are read anew."""


class FactsFileError(Exception):
    """A facts file that cannot be read; the message says why, without the file's name."""


class FactsFile(Struct, frozen=True, forbid_unknown_fields=True):
    """What a facts file holds."""

    format: Annotated[int, Meta(description="format of this file")]
    project: Annotated[str, Meta(description="project name of conf.py")]
    source: Annotated[
        str, Meta(description="source directory relative to its repository, empty for its root")
    ]
    confdir: Annotated[str, Meta(description="folder of conf.py relative to the same repository")]
    base_url: Annotated[str, Meta(description="address of the root of the pages; may be empty")]
    language: Annotated[str, Meta(description="language of the operational pages")]
    redirects: Annotated[
        dict[str, str], Meta(description="page that is no more: what it became, or an address")
    ]
    kept_files: Annotated[
        tuple[str, ...], Meta(description="which of the files that a team keeps stand by conf.py")
    ]
    known_owners: Annotated[tuple[str, ...], Meta(description="owners that can be reached, sorted")]
    config: Annotated[dict[str, Any], Meta(description="the configuration that was in force")]
    documents: Annotated[tuple[DocumentFacts, ...], Meta(description="sorted by docname")]


class _Format(Struct):
    format: int


def dump_facts(facts: FactsFile, passages: Mapping[str, bytes] | None = None) -> bytes:
    """The facts file as UTF-8 JSON that ends with a newline.

    ``passages`` are those of pages, by docname, which are JSON already.
    """
    encode = msgspec.json.Encoder(order="deterministic").encode
    lines = [
        b'"' + field.encode() + b'": ' + encode(getattr(facts, field))
        for field in FactsFile.__struct_fields__
        if field != "documents"
    ]
    rows = [encode(page) for page in sorted(facts.documents, key=lambda page: page.docname)]
    if passages:
        names = sorted(page.docname for page in facts.documents)
        rows = [
            row[:-1] + b',"passages":' + passages[name] + b"}" if name in passages else row
            for row, name in zip(rows, names, strict=True)
        ]
    return b"{" + b",\n".join(lines) + b',\n"documents": [\n' + b",\n".join(rows) + b"\n]}\n"


def load_facts(path: Path) -> tuple[FactsFile, Config]:
    """Read a facts file. Raises FactsFileError for whatever is wrong with it."""
    try:
        return parse_facts(read_file(path))
    except StorageError as error:
        raise FactsFileError(str(error)) from None


def parse_facts(data: bytes) -> tuple[FactsFile, Config]:
    """The facts in this JSON, and the configuration to check them by. Raises FactsFileError."""
    try:
        found = msgspec.json.decode(data, type=_Format).format
        if found != FORMAT:
            raise FactsFileError(f"has format {found}, this version reads {FORMAT}")
        facts = msgspec.json.decode(data, type=FactsFile)
        config = parse_config(facts.config)
        document_classes(config)
        _refuse_wrong_dates(facts)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise FactsFileError(f"is no facts file: {error}") from None
    except ConfigurationError as error:
        raise FactsFileError(f"holds a wrong configuration: {error}") from None
    return facts, config


def _refuse_wrong_dates(facts: FactsFile) -> None:
    for document in facts.documents:
        header = document.header
        days = [header.last_reviewed, header.last_verified, header.remove_after] if header else []
        for deviation in document.deviations:
            days += [deviation.observed, deviation.last_observed, deviation.resolved]
        days += [ignore.until for ignore in document.ignores]
        for day in days:
            try:
                date.fromisoformat(day or "2000-01-01")
            except ValueError:
                message = f'"{day}" of document "{document.docname}" is no date'
                raise msgspec.ValidationError(message) from None


def facts_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a facts file."""
    schema = msgspec.json.schema(FactsFile)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
