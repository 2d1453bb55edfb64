"""``opsdocs sync``: copies the files of other projects that documents depend on."""

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
    MANIFEST_FORMAT,
    Copy,
    Origin,
    dump_manifest,
    merge_manifests,
    origins,
)
from sphinxext_opsdocs.cli._options import (
    Failure,
    day_of,
    day_option,
    project_option,
    show,
    source_of,
)
from sphinxext_opsdocs.cli._source import read_configuration
from sphinxext_opsdocs.cli._writing import update_file
from sphinxext_opsdocs.config.alerts import AlertKind
from sphinxext_opsdocs.config.schema import Config, is_address
from sphinxext_opsdocs.facts.file import FACTS_FORMAT
from sphinxext_opsdocs.findings.finding import counted_noun
from sphinxext_opsdocs.storage import UnreadableError, decode_text, read_raw, replace_file, unpack

__all__ = ["sync"]


class _Fetched(NamedTuple):
    """The bytes of an origin (None if the copy is up to date), and what the server sent along."""

    data: bytes | None
    etag: str = ""
    modified: str = ""


class _SyncError(Exception):
    """Why an origin was not synced."""


class _Sync:
    """One run over all origins: the rows of the new manifest, and how many failed."""

    def __init__(self, config: Config, confdir: Path, today: date) -> None:
        self._config, self._confdir, self._today = config, confdir, today
        self.folder = confdir / config.sync.folder
        self.origins = origins(config)
        self.before = self._manifest()
        self.rows = {row.copy: row for o in self.origins if (row := o.row(self.before))}
        self.failures = 0

    def run(self) -> Iterator[str]:
        """Sync every origin; yield a line for each."""
        for origin in self.origins:
            yield f"{origin.group} {origin.kind}: {self._sync(origin)}"

    def _manifest(self) -> dict[str, Copy]:
        try:
            return dict(MANIFEST_FORMAT.load_if_present(self.folder / MANIFEST) or {})
        except UnreadableError as error:
            raise Failure(f'"{self.folder / MANIFEST}" cannot be read: {error}') from None

    def _sync(self, origin: Origin) -> str:
        row = origin.row(self.before)
        if origin.is_kept_in_place(self._confdir):
            if not origin.path(self._confdir).is_file():
                self.failures += 1
                return f"FAILED, {origin.text}: there is no such file"
            if row:
                self.rows.pop(row.copy, None)
            return f"{origin.text}, read in place"
        try:
            copy, outcome = self._synced(origin, row)
        except (_SyncError, OSError) as error:
            self.failures += 1
            text = f"FAILED, {origin.text}: {error}"
            if row:
                text += "; the old copy stays"
            return text
        self.rows[copy.copy] = replace(copy, fetched=self._today)
        return outcome

    def _synced(self, origin: Origin, row: Copy | None) -> tuple[Copy, str]:
        """The new row but for its day, and the outcome in words.

        Raises _SyncError or OSError, with nothing written.
        """
        intact = row
        # an edited or removed copy is fetched again, whatever the server says
        if row and not _is_intact(self.folder / row.copy, row):
            intact = None
        fetched = self._fetch(origin, intact)
        if fetched.data is None:
            if not intact:
                raise _SyncError("the server says that nothing changed, but there is no copy")
            return intact, f"unchanged since its last sync ({_size(self.folder / intact.copy)})"
        summary = _validated(origin, fetched.data, self._config)
        name = _copy_name(origin, row, self.rows)
        outcome = "unchanged"
        if replace_file(self.folder / name, fetched.data):
            outcome = "fetched"
        digest = hashlib.sha256(fetched.data).hexdigest()
        # the caller sets the date, for copies without changes too
        copy = Copy(name, origin.text, date.min, digest, fetched.etag, fetched.modified)
        return copy, f"{outcome}, {summary} ({_size(self.folder / name)})"

    def _fetch(self, origin: Origin, intact: Copy | None) -> _Fetched:
        if is_address(origin.text):
            return _download(origin, self._config, intact)
        try:
            limit = self._config.sync.max_size * 1024 * 1024
            return _Fetched(read_raw(origin.path(self._confdir), limit))
        except UnreadableError as error:
            raise _SyncError(str(error)) from None

    def save(self) -> Iterator[str]:
        """Write the new manifest; yield the copies that configuration no longer names, removed."""
        if not self.rows and not self.before:
            return
        rows = self.rows
        # an address that was changed and fails has no copy yet: the one of before stays
        if self.failures:
            rows = {**self.before, **self.rows}
        path = self.folder / MANIFEST
        with update_file(path):
            # while files were fetched, another sync may have written its rows
            rows = dict(merge_manifests(self.before, rows, self._manifest()))
            for copy in sorted(self.before.keys() - rows.keys()):
                if self._remove(copy):
                    yield copy
            replace_file(path, dump_manifest(rows.values()))

    def _remove(self, copy: str) -> bool:
        path = self.folder / copy
        # a manifest comes from the repository: it must not make us remove files elsewhere
        if not path.is_file() or not path.resolve().is_relative_to(self.folder.resolve()):
            return False
        path.unlink()
        return True


@click.command(epilog="Example: opsdocs sync")
@click.argument("positional", required=False, metavar="[SOURCE]", type=click.Path(path_type=Path))
@project_option
@day_option
def sync(source: Path | None, positional: Path | None, day: str) -> None:
    """Fetch files of other projects.

    Copies the indexes, inventories, needs, facts and alerts that opsdocs.toml names into its
    sync.folder: commit the copies. Builds and checks read them and open no connection. Files below
    SOURCE, the folder of opsdocs.toml, are read where they are.

    If a file cannot be fetched or read, its old copy stays, no other copy is removed, and the exit
    status is 2.
    """
    folder = source_of(source, positional)
    run = _Sync(read_configuration(folder), folder, day_of(day))
    for line in run.run():
        show(line)
    for copy in run.save():
        show(f"{copy}: removed, configuration no longer names it")
    if not run.origins:
        show("opsdocs.toml names no file of another project", err=True)
    if run.failures:
        raise SystemExit(2)


def _copy_name(origin: Origin, row: Copy | None, names: Container[str]) -> str:
    if row:
        return row.copy
    return origin.new_copy(names)


def _is_intact(path: Path, row: Copy) -> bool:
    """Whether a copy is still what was fetched."""
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == row.sha256


def _download(origin: Origin, config: Config, row: Copy | None) -> _Fetched:
    from sphinxext_opsdocs.network.download import Downloader, DownloadError

    etag, modified = "", ""
    if row:
        etag, modified = row.etag, row.modified
    try:
        answer = Downloader(config.sync).get(origin.text, etag, modified)
    except DownloadError as error:
        raise _SyncError(str(error)) from None
    return _Fetched(answer.data, answer.etag, answer.modified)


def _validated(origin: Origin, data: bytes, config: Config) -> str:
    """Read the data as a build will; return a summary of its content. Raises _SyncError."""
    from sphinxext_opsdocs.ext.external_sources import parse_source

    try:
        data = unpack(data)
        if origin.kind == "facts":
            facts, _ = FACTS_FORMAT.parse(data)
            return f"facts of {counted_noun(len(facts.documents), 'document')}"
        if origin.kind == "alerts":
            return _summary_of_alerts(data, config, config.alerts.remote[origin.group].kind)
        source = parse_source(origin.kind, data)
    except UnreadableError as error:
        raise _SyncError(str(error)) from None
    sections = sum(len(page.sections) for page in source.pages)
    return f"{counted_noun(sections, 'section')} on {counted_noun(len(source.pages), 'page')}"


def _summary_of_alerts(data: bytes, config: Config, kind: AlertKind) -> str:
    """Raises UnreadableError."""
    from sphinxext_opsdocs.alerts.rule_files import read_alerts

    alerts = read_alerts(decode_text(data), "", kind, config.alerts.annotations)
    return counted_noun(len(alerts), "link" if kind == "alertmanager" else "alert")


def _size(path: Path) -> str:
    return f"{path.stat().st_size:,} bytes"
