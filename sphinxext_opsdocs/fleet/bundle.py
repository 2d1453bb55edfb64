"""The bundle ``opsdocs-bundle.zip``: all that is needed to check a project again elsewhere.

A bundle comes from somebody else: files are read by name and within limits, and never unpacked.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from sphinxext_opsdocs.alerts.alert import Alert
from sphinxext_opsdocs.canonical.index_file import INDEX_FORMAT, CanonicalIndex, dump_index
from sphinxext_opsdocs.canonical.lock_file import LOCK_FILE, LOCK_FORMAT, Lock, dump_lock
from sphinxext_opsdocs.canonical.mirror import MANIFEST as COPIES_FILE
from sphinxext_opsdocs.canonical.section import CanonicalPage
from sphinxext_opsdocs.config.schema import BASELINE_FILE, INDEX_FILE, ISSUES_FILE, Config
from sphinxext_opsdocs.facts.file import FACTS_FORMAT, FactsFile, dump_facts
from sphinxext_opsdocs.facts.model import DocumentFacts, Problem
from sphinxext_opsdocs.findings.baseline import BASELINE_FORMAT, Baseline
from sphinxext_opsdocs.fleet.manifest import MANIFEST_FORMAT, Entry, Manifest
from sphinxext_opsdocs.fleet.sketches import SKETCHES_FILE, SKETCHES_FORMAT, Sketches
from sphinxext_opsdocs.graph.inputs import SyncedCopy
from sphinxext_opsdocs.issues.snapshot import SNAPSHOT_FORMAT, Snapshot
from sphinxext_opsdocs.services.service import CatalogService
from sphinxext_opsdocs.storage import LIMIT, FileFormat, UnreadableError, encode_json, unpack
from sphinxext_opsdocs.text.language_file import (
    Language,
    LanguageError,
    load_language,
    parse_language,
)

__all__ = [
    "FACTS_FILE",
    "INPUTS_FILE",
    "INPUTS_NUMBER",
    "LANGUAGE_FILE",
    "Bundle",
    "BundledInputs",
    "BundledSource",
    "dump_bundle",
    "read_bundle",
    "read_entry",
    "read_manifest",
]

MANIFEST_FILE, FACTS_FILE, INPUTS_FILE = "manifest.json", "opsdocs.json", "inputs.json"
LANGUAGE_FILE = "language.toml"
"""The language file of a team."""
EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The time of every file in a bundle, so that equal contents give equal bytes."""
INPUTS_NUMBER = 1
LARGEST_MANIFEST = 1024 * 1024
"""Bytes; the state of a fleet has parts of all manifests."""
PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
Content = TypeVar("Content")


class BundledSource(Struct, frozen=True, omit_defaults=True):
    """The pages that a spec domain reads from a file of another project."""

    domain: str
    kind: str
    origin: str
    path: str
    base_url: str = ""
    redirects: dict[str, str] = {}
    pages: tuple[CanonicalPage, ...] = ()


class BundledInputs(Struct, frozen=True):
    """The inputs of a check that are no files of the bundle themselves."""

    format: int
    sources: tuple[BundledSource, ...]
    alerts: tuple[Alert, ...]
    services: tuple[CatalogService, ...]
    copies: tuple[SyncedCopy, ...]
    problems: tuple[Problem, ...]
    unreadable: tuple[str, ...]
    unmatched_watches: tuple[str, ...]
    issues_path: str
    baseline_path: str
    config_path: str
    config_text: str
    urls: dict[str, str] = {}
    """Docname of a page -> its address below the root of the site."""


class Bundle(Struct, frozen=True):
    """The contents of a bundle, read and checked."""

    manifest: Manifest
    facts: FactsFile
    config: Config
    inputs: BundledInputs
    lock: Lock | None
    issues: Snapshot | None
    baseline: Baseline | None
    language: Language | None
    index: CanonicalIndex | None
    sketches: Sketches | None


INPUTS_FORMAT = FileFormat(
    "list of inputs", msgspec.json.Decoder(BundledInputs).decode, INPUTS_NUMBER
)
FORMATS: Mapping[str, FileFormat[Any]] = {
    FACTS_FILE: FACTS_FORMAT,
    INPUTS_FILE: INPUTS_FORMAT,
    LOCK_FILE: LOCK_FORMAT,
    ISSUES_FILE: SNAPSHOT_FORMAT,
    BASELINE_FILE: BASELINE_FORMAT,
    INDEX_FILE: INDEX_FORMAT,
    SKETCHES_FILE: SKETCHES_FORMAT,
}
NAMES = frozenset({*FORMATS, COPIES_FILE, LANGUAGE_FILE})
"""Every file that a bundle can contain besides its manifest."""


def dump_bundle(files: Mapping[str, bytes], manifest: Manifest) -> bytes:
    """Return a bundle of files by name.

    What the manifest says about the files themselves is filled in here. If it says that there is no
    text, the words of pages, specifications and pins are left out.
    """
    if not manifest.has_text:
        files = {
            name: _without_text(name, data)
            for name, data in files.items()
            if name != SKETCHES_FILE  # somebody could try words until they fit
        }
    entries = {
        name: Entry(len(data), hashlib.sha256(data).hexdigest()) for name, data in files.items()
    }
    numbers = {name: number for name in files if (number := _number_of(name))}
    manifest = replace(manifest, files=entries, formats=numbers)
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, data in {MANIFEST_FILE: manifest.dump(), **files}.items():
            info = zipfile.ZipInfo(name, EARLIEST)
            # what is packed already would only take time
            is_packed = name.endswith(".gz")
            info.compress_type = zipfile.ZIP_STORED if is_packed else zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, data)
    return buffer.getvalue()


def _number_of(name: str) -> int | None:
    return FORMATS[name].number if name in FORMATS else None


def _without_text(name: str, data: bytes) -> bytes:
    """Return a file of a bundle without the words of pages and specifications."""
    if name == FACTS_FILE:
        facts, _ = FACTS_FORMAT.parse(data)
        return dump_facts(replace(facts, documents=tuple(map(_page_without, facts.documents))))
    if name == LOCK_FILE:
        return dump_lock(Lock(LOCK_FORMAT.parse(data).pins))
    if name == INDEX_FILE:
        index = INDEX_FORMAT.parse(unpack(data))
        pages = tuple(map(_specification_without, index.pages))
        return dump_index(index.project, index.version, index.base_url, index.redirects, pages)
    if name == INPUTS_FILE:
        inputs = INPUTS_FORMAT.parse(data)
        sources = tuple(
            replace(source, pages=tuple(map(_specification_without, source.pages)))
            for source in inputs.sources
        )
        return encode_json(replace(inputs, sources=sources))
    return data


def _page_without(page: DocumentFacts) -> DocumentFacts:
    return replace(
        page,
        preamble="",
        prose="",
        passages=(),
        statements=(),
        mentions=(),
        quotes=(),
        sections=tuple(replace(section, words="") for section in page.sections),
        needs=tuple(replace(need, words="") for need in page.needs),
        deviations=tuple(replace(deviation, words="") for deviation in page.deviations),
    )


def _specification_without(page: CanonicalPage) -> CanonicalPage:
    return replace(page, sections=tuple(replace(entry, words="") for entry in page.sections))


def read_manifest(data: bytes) -> Manifest:
    """Return the manifest of a bundle. Raises UnreadableError."""
    with _opened(data) as archive:
        return _manifest_of(archive)


def read_entry(data: bytes, name: str) -> bytes:
    """Return one file of a bundle. Raises UnreadableError, also if it is not there."""
    with _opened(data) as archive:
        entry = _manifest_of(archive).files.get(name)
        if entry is None:
            raise UnreadableError(f'contains no "{name}"')
        return _checked(archive, name, entry)


def read_bundle(data: bytes) -> Bundle:
    """Return the contents of a bundle. Raises UnreadableError, which names the file at fault."""
    with _opened(data) as archive:
        manifest = _manifest_of(archive)
        if sum(entry.size for entry in manifest.files.values()) > LIMIT:
            raise UnreadableError(f"unpacks to more than {LIMIT:,} bytes")
        # a newer version may put further files into it
        files = {
            name: _checked(archive, name, entry)
            for name, entry in manifest.files.items()
            if name in NAMES
        }

    def content(name: str, kind: FileFormat[Content]) -> Content | None:
        return _parsed(name, kind, files[name]) if name in files else None

    facts = content(FACTS_FILE, FACTS_FORMAT)
    inputs = content(INPUTS_FILE, INPUTS_FORMAT)
    if facts is None or inputs is None:
        raise UnreadableError(f'contains no "{INPUTS_FILE if facts else FACTS_FILE}"')
    return Bundle(
        manifest,
        *facts,
        inputs,
        content(LOCK_FILE, LOCK_FORMAT),
        content(ISSUES_FILE, SNAPSHOT_FORMAT),
        content(BASELINE_FILE, BASELINE_FORMAT),
        _language(facts[0].language, files.get(LANGUAGE_FILE)),
        content(INDEX_FILE, INDEX_FORMAT),
        content(SKETCHES_FILE, SKETCHES_FORMAT),
    )


def _parsed(name: str, kind: FileFormat[Content], data: bytes) -> Content:
    try:
        return kind.parse(unpack(data))
    except UnreadableError as error:
        raise UnreadableError(f'"{name}" in it {error}') from None


def _language(name: str, data: bytes | None) -> Language | None:
    try:
        if data is None:
            return load_language(name, Path())
        return parse_language(data)
    except LanguageError as error:
        raise UnreadableError(f'"{LANGUAGE_FILE}" in it: {error}') from None


@contextmanager
def _opened(data: bytes) -> Generator[zipfile.ZipFile]:
    """Open a bundle; every fault in it is an UnreadableError."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            yield archive
    except UnreadableError:
        raise
    # zipfile raises many kinds for files that are torn, encrypted, or made to do harm
    except Exception as error:
        raise UnreadableError(f"is not a bundle: {str(error) or type(error).__name__}") from None


def _manifest_of(archive: zipfile.ZipFile) -> Manifest:
    names = archive.namelist()
    if len(names) != len(set(names)):
        raise UnreadableError("contains a file twice")
    if MANIFEST_FILE not in names:
        raise UnreadableError(f'is not a bundle: it contains no "{MANIFEST_FILE}"')
    return _parsed(MANIFEST_FILE, MANIFEST_FORMAT, _read(archive, MANIFEST_FILE, LARGEST_MANIFEST))


def _checked(archive: zipfile.ZipFile, name: str, entry: Entry) -> bytes:
    if name not in archive.namelist():
        raise UnreadableError(f'lacks "{name}", which its manifest names')
    data = _read(archive, name, min(entry.size, LIMIT))
    if hashlib.sha256(data).hexdigest() != entry.sha256:
        raise UnreadableError(f'"{name}" in it is not the file that its manifest names')
    return data


def _read(archive: zipfile.ZipFile, name: str, limit: int) -> bytes:
    """Return a file of at most so many bytes, whatever its entry says about its size."""
    if archive.getinfo(name).compress_type not in PACKED:
        raise UnreadableError(f'"{name}" in it is packed in a way that no bundle is')
    with archive.open(name) as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise UnreadableError(f'"{name}" in it has more than {limit:,} bytes')
    return data
