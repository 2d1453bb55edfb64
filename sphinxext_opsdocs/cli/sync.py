"""``opsdocs sync``: fetches the files of other projects into the folder of copies."""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

import click
from msgspec.structs import replace

from sphinxext_opsdocs.canonical.mirror import (
    MANIFEST,
    Copy,
    ManifestError,
    Origin,
    dump_manifest,
    load_manifest,
    origins,
)
from sphinxext_opsdocs.cli._source import Failure, day_of, day_option, read_configuration
from sphinxext_opsdocs.config.schema import Config, is_address
from sphinxext_opsdocs.facts.file import FactsFileError, parse_facts
from sphinxext_opsdocs.findings.finding import counted_noun, printable
from sphinxext_opsdocs.storage import StorageError, read_raw, replace_file, unpacked

__all__ = ["sync"]


class _Fetched(NamedTuple):
    """What came of one origin: its bytes (None where the copy stands), and what servers said."""

    data: bytes | None
    etag: str = ""
    modified: str = ""


class _SyncError(Exception):
    """Why an origin was not synced."""


@click.command()
@click.argument("source", default=".", type=click.Path(file_okay=False, path_type=Path))
@day_option
def sync(source: Path, day: str) -> None:
    """Fetch the indexes, inventories and facts of other projects that SOURCE names.

    SOURCE is the folder of opsdocs.toml and conf.py. Copies go into sync.folder below it: commit
    them; builds and checks read them and open no connection. Files below SOURCE are read where
    they are.

    A file that cannot be fetched or read leaves its old copy as it was, and makes the exit status
    2.
    """
    config = read_configuration(source)
    folder = source / config.sync.folder
    try:
        known = load_manifest(folder)
    except ManifestError as error:
        raise Failure(f'"{folder / MANIFEST}" cannot be read: {error}') from None
    named = origins(config)
    today = day_of(day)
    rows = {row.copy: row for origin in named if (row := origin.row(known))}
    failures = 0
    for origin in named:
        title = f"{origin.group} {origin.kind}"
        row = origin.row(known)
        if origin.is_kept_in_place(source):
            rows.pop(row.copy if row else "", None)
            click.echo(f"{title}: {origin.text}, read in place")
            continue
        try:
            new, said = _synced(origin, config, source, row, rows)
            rows[new.copy] = replace(new, fetched=today)
            click.echo(f"{title}: {said}")
        except (_SyncError, OSError) as error:
            failures += 1
            rest = "; the old copy stays" if row else ""
            click.echo(printable(f"{title}: FAILED, {origin.text}: {error}{rest}"))
    try:
        for copy in _forgotten(folder, known.keys() - rows.keys()):
            click.echo(f"{copy}: removed, nothing names it any more")
        if rows or known:
            replace_file(folder / MANIFEST, dump_manifest(rows.values()))
    except OSError as error:
        raise Failure(f'cannot write in "{folder}": {error.strerror}') from None
    if not named:
        click.echo("no spec domain and no dependent names a file of another project", err=True)
    raise SystemExit(2 if failures else 0)


def _synced(
    origin: Origin, config: Config, confdir: Path, row: Copy | None, taken: Container[str]
) -> tuple[Copy, str]:
    """The row for the manifest but for its day, and what to say.

    Raises _SyncError or OSError, with nothing written.
    """
    folder = confdir / config.sync.folder
    stands = row if row and _is_whole(folder / row.copy, row) else None
    if is_address(origin.text):
        fetched = _download(origin, config, stands)
    else:
        fetched = _read(origin, config, confdir)
    if fetched.data is None:
        if not stands:
            raise _SyncError("the server answers that nothing changed, and there is no copy")
        return stands, f"unchanged since its last sync ({_size(folder / stands.copy)})"
    said = _validated(origin, fetched.data)
    name = row.copy if row else origin.new_copy(taken)
    is_new = replace_file(folder / name, fetched.data)
    digest = hashlib.sha256(fetched.data).hexdigest()
    copy = Copy(name, origin.text, date.min, digest, fetched.etag, fetched.modified)
    return copy, f"{'fetched' if is_new else 'unchanged'}, {said} ({_size(folder / name)})"


def _is_whole(path: Path, row: Copy) -> bool:
    """Whether a copy is still what was fetched."""
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == row.sha256


def _download(origin: Origin, config: Config, row: Copy | None) -> _Fetched:
    from sphinxext_opsdocs.network.download import Downloader, DownloadError

    etag, modified = (row.etag, row.modified) if row else ("", "")
    try:
        answer = Downloader(config.sync).get(origin.text, etag, modified)
    except DownloadError as error:
        raise _SyncError(str(error)) from None
    return _Fetched(answer.data, answer.etag, answer.modified)


def _read(origin: Origin, config: Config, confdir: Path) -> _Fetched:
    try:
        return _Fetched(read_raw(origin.path(confdir), config.sync.max_size * 1024 * 1024))
    except StorageError as error:
        raise _SyncError(str(error)) from None


def _validated(origin: Origin, data: bytes) -> str:
    """What is in the data, told by reading it as a build will. Raises _SyncError."""
    from sphinxext_opsdocs.ext.input_files import parse_source

    try:
        data = unpacked(data)
        if origin.kind == "facts":
            facts, _ = parse_facts(data)
            return f"facts of {counted_noun(len(facts.documents), 'document')}"
        source = parse_source(origin.kind, data)
    except (StorageError, FactsFileError, ValueError) as error:
        raise _SyncError(str(error)) from None
    sections = sum(len(page.sections) for page in source.pages)
    return f"{counted_noun(sections, 'section')} on {counted_noun(len(source.pages), 'page')}"


def _size(path: Path) -> str:
    return f"{path.stat().st_size:,} bytes"


def _forgotten(folder: Path, copies: set[str]) -> Iterator[str]:
    """Remove copies that the manifest knows and configuration does not name."""
    for copy in sorted(copies):
        path = folder / copy
        if path.is_file() and path.resolve().is_relative_to(folder.resolve()):
            path.unlink()
            yield copy
