"""The facts file ``opsdocs.json``: all facts of one build, and the configuration to check them.

One document a line, sorted by docname: equal facts give equal bytes, and two branches merge.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct, field

from sphinxext_opsdocs.config.classes import document_classes
from sphinxext_opsdocs.config.parser import ConfigurationError, parse_config
from sphinxext_opsdocs.config.schema import Config
from sphinxext_opsdocs.facts.model import DocumentFacts, Problem
from sphinxext_opsdocs.storage import FileFormat, UnreadableError, encode_json, json_schema

__all__ = [
    "FACTS_FORMAT",
    "FORMAT",
    "FactsFile",
    "dump_facts",
    "facts_schema",
    "is_iso_date",
]

FORMAT = 9
"""Raised with every change of the facts' shape: Sphinx then reads all documents again."""


class FactsFile(Struct, frozen=True, forbid_unknown_fields=True):
    """The content of a facts file."""

    format: Annotated[int, Meta(description="format of this file")]
    project: Annotated[str, Meta(description="project name of conf.py")]
    source: Annotated[
        str, Meta(description="source directory relative to its repository, empty for its root")
    ]
    confdir: Annotated[str, Meta(description="folder of conf.py relative to the same repository")]
    base_url: Annotated[str, Meta(description="address of the root of the pages; may be empty")]
    language: Annotated[str, Meta(description="language of the operational pages")]
    redirects: Annotated[dict[str, str], Meta(description="old page: the new one, or an address")]
    kept_files: Annotated[
        tuple[str, ...], Meta(description="the files that the team keeps in the folder of conf.py")
    ]
    owners: Annotated[tuple[str, ...], Meta(description="configured owners, sorted")] = field(
        name="known_owners"
    )
    pages: Annotated[
        tuple[str, ...], Meta(description="docnames of all pages, also those without facts, sorted")
    ]
    problems: Annotated[
        tuple[Problem, ...], Meta(description="what is wrong with the project and not with a page")
    ]
    config: Annotated[dict[str, Any], Meta(description="the configuration that was in force")]
    documents: Annotated[tuple[DocumentFacts, ...], Meta(description="sorted by docname")]


def dump_facts(facts: FactsFile, passages: Mapping[str, bytes] | None = None) -> bytes:
    """Return the facts file as UTF-8 JSON that ends with a newline.

    ``passages`` are those of pages by docname, already encoded as JSON.
    """
    # field by field, so that each of them, and each document, is on a line of its own
    fields = zip(FactsFile.__struct_fields__, FactsFile.__struct_encode_fields__, strict=True)
    lines = [
        b'"' + key.encode() + b'": ' + encode_json(getattr(facts, name))
        for name, key in fields
        if name != "documents"
    ]
    rows: list[bytes] = []
    for page in sorted(facts.documents, key=lambda page: page.docname):
        row = encode_json(page)
        # the environment keeps passages apart and encoded: decoding them only to write takes time
        if passages and page.docname in passages:
            row = row[:-1] + b',"passages":' + passages[page.docname] + b"}"
        rows.append(row)
    return b"{" + b",\n".join(lines) + b',\n"documents": [\n' + b",\n".join(rows) + b"\n]}\n"


def _decode_facts(data: bytes) -> tuple[FactsFile, Config]:
    facts = msgspec.json.decode(data, type=FactsFile)
    try:
        config = parse_config(facts.config)
        # for its errors: a class may extend one that does not exist
        document_classes(config)
    except ConfigurationError as error:
        raise UnreadableError(f"contains a wrong configuration: {error}") from None
    _refuse_wrong_dates(facts)
    return facts, config


def is_iso_date(text: str) -> bool:
    """Return whether a text is a date as 2026-11-26: no other form that Python reads too."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _refuse_wrong_dates(facts: FactsFile) -> None:
    # rules compute with dates, and a file of another project may contain anything
    for document in facts.documents:
        for day in _dates(document):
            if day and not is_iso_date(day):
                message = f'"{day}" of document "{document.docname}" must be a date'
                raise msgspec.ValidationError(message)


def _dates(document: DocumentFacts) -> Iterator[str]:
    """Yield every date of a document; an empty one is not given."""
    if header := document.header:
        yield from (header.last_reviewed, header.last_verified, header.remove_after)
    for deviation in document.deviations:
        yield from (deviation.observed, deviation.last_observed, deviation.resolved)
        yield deviation.revisit_by
    yield from (verification.date for verification in document.verifications)
    yield from (approval.date for approval in document.approvals)
    for ignore in document.ignores:
        yield ignore.until


FACTS_FORMAT = FileFormat("facts file", _decode_facts, FORMAT)
"""The facts, and the configuration to check them by."""


def facts_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a facts file."""
    return json_schema(FactsFile)
