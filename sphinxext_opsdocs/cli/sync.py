"""``opsdocs sync``: fetches the files of other projects into the folder of copies."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import click

from sphinxext_opsdocs.cli.source import Failure, day_of, day_option, read_configuration
from sphinxext_opsdocs.config import Config, is_address
from sphinxext_opsdocs.copies import (
    MANIFEST,
    Copy,
    ManifestError,
    Origin,
    dump_manifest,
    load_manifest,
    origins,
)
from sphinxext_opsdocs.facts_file import FactsFileError, load_facts
from sphinxext_opsdocs.storage import StorageError, read_raw, replace_file

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
    they are. A file that cannot be fetched
    or read leaves its old copy as it was, and makes the exit status 2.
    """
    config = read_configuration(source)
    folder = source / config.sync.folder
    try:
        known = load_manifest(folder)
    except ManifestError as error:
        raise Failure(f'"{folder / MANIFEST}" cannot be read: {error}') from None
    named = origins(config)
    today = day_of(day).isoformat()
    rows: dict[str, Copy] = {}
    failures = 0
    for origin in named:
        title = f"{origin.group} {origin.kind}"
        if origin.is_kept_in_place(source):
            click.echo(f"{title}: {origin.text}, read in place")
            continue
        row = known.get(origin.copy)
        try:
            rows[origin.copy], said = _synced(origin, config, source, row, today)
            click.echo(f"{title}: {said}")
        except _SyncError as error:
            failures += 1
            rest = "; the old copy stays" if row else ""
            click.echo(f"{title}: FAILED, {origin.text}: {error}{rest}")
            if row:
                rows[origin.copy] = row
    for copy in _forgotten(folder, known.keys() - rows.keys()):
        click.echo(f"{copy}: removed, nothing names it any more")
    if rows or known:
        replace_file(folder / MANIFEST, dump_manifest(rows.values()))
    if not named:
        click.echo("no spec domain and no dependent names a file of another project", err=True)
    raise SystemExit(2 if failures else 0)


def _synced(
    origin: Origin, config: Config, confdir: Path, row: Copy | None, today: str
) -> tuple[Copy, str]:
    """The row for the manifest, and what to say. Raises _SyncError, with nothing written."""
    path = confdir / config.sync.folder / origin.copy
    stands = row if row and row.origin == origin.text and path.is_file() else None
    if is_address(origin.text):
        fetched = _download(origin, config, stands)
    else:
        fetched = _read(origin, config, confdir)
    if fetched.data is None and stands:
        kept = Copy(origin.copy, origin.text, today, stands.sha256, stands.etag, stands.modified)
        return kept, f"unchanged since its last sync ({_size(path)})"
    data = fetched.data or b""
    said = _validated(origin, data, path)
    digest = hashlib.sha256(data).hexdigest()
    is_new = replace_file(path, data)
    copy = Copy(origin.copy, origin.text, today, digest, fetched.etag, fetched.modified)
    state = "fetched" if is_new else "unchanged"
    return copy, f"{state}, {said} ({_size(path)})"


def _download(origin: Origin, config: Config, row: Copy | None) -> _Fetched:
    from sphinxext_opsdocs.download import Downloader, DownloadError

    etag, modified = (row.etag, row.modified) if row else ("", "")
    try:
        answer = Downloader(config.sync).get(origin.text, etag, modified)
    except DownloadError as error:
        raise _SyncError(str(error)) from None
    if answer.data is None and not row:
        raise _SyncError("the server answers that nothing changed, and there is no copy")
    return _Fetched(answer.data, answer.etag, answer.modified)


def _read(origin: Origin, config: Config, confdir: Path) -> _Fetched:
    try:
        return _Fetched(read_raw(origin.path(confdir), config.sync.max_size * 1024 * 1024))
    except StorageError as error:
        raise _SyncError(str(error)) from None


def _validated(origin: Origin, data: bytes, path: Path) -> str:
    """What is in the data, told by reading it as a build will. Raises _SyncError."""
    from sphinxext_opsdocs.ext.inputs import read_source_file

    trial = path.with_name(f".trial-{path.name}")
    try:
        replace_file(trial, data)
        if origin.kind == "facts":
            facts, _ = load_facts(trial)
            return f"facts of {len(facts.documents):,} documents"
        source = read_source_file(origin.kind, trial)
        sections = sum(len(page.sections) for page in source.pages)
        return f"{sections:,} sections on {len(source.pages):,} pages"
    except (FactsFileError, ValueError) as error:
        raise _SyncError(str(error).replace(str(trial), path.name)) from None
    finally:
        trial.unlink(missing_ok=True)


def _size(path: Path) -> str:
    return f"{path.stat().st_size:,} bytes"


def _forgotten(folder: Path, copies: set[str]) -> Iterator[str]:
    """Remove copies that the manifest knows and configuration does not name."""
    for copy in sorted(copies):
        path = folder / copy
        if path.resolve().is_relative_to(folder.resolve()):
            path.unlink(missing_ok=True)
            yield copy
