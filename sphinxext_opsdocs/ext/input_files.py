"""Reads the files that a team keeps, as values for the check. Nothing here opens a connection."""

from __future__ import annotations

import hashlib
import os
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from sphinxext_opsdocs.canonical.index_file import parse_index
from sphinxext_opsdocs.canonical.lock_file import LOCK_FILE, Lock, LockError, load_lock
from sphinxext_opsdocs.canonical.mirror import (
    MANIFEST,
    Copy,
    ManifestError,
    Origin,
    load_manifest,
    origins,
)
from sphinxext_opsdocs.canonical.page_source import SourcePages, folder_url
from sphinxext_opsdocs.canonical.section import INDEX, NEEDS
from sphinxext_opsdocs.config.schema import (
    BASELINE_FILE,
    CONFIG_FILE,
    ISSUES_FILE,
    Config,
    is_address,
)
from sphinxext_opsdocs.facts.file import FactsFileError, parse_facts
from sphinxext_opsdocs.facts.model import Place, Problem
from sphinxext_opsdocs.findings.baseline import Baseline, BaselineError, load_baseline
from sphinxext_opsdocs.graph.inputs import DependentFacts, Inputs, SyncedCopy
from sphinxext_opsdocs.issues.snapshot import Snapshot, SnapshotError, load_snapshot
from sphinxext_opsdocs.storage import StorageError, read_file

if TYPE_CHECKING:
    from sphinxext_opsdocs.text.language import Language

__all__ = ["parse_source", "read_inputs"]


def read_inputs(
    config: Config,
    confdir: Path,
    srcdir: Path,
    redirects: Mapping[str, str],
    base_url: str = "",
    language: Language | None = None,
) -> Inputs:
    """All inputs of a project. What cannot be read becomes a problem with its file."""
    inputs = _Reader(config, confdir, srcdir).read()
    return replace(inputs, redirects=redirects, base_url=base_url, language=language)


class _Reader:
    def __init__(self, config: Config, confdir: Path, srcdir: Path) -> None:
        self._config, self._confdir, self._srcdir = config, confdir, srcdir
        self._folder = confdir / config.sync.folder
        self._manifest_is_read = True
        self._problems: list[Problem] = []
        self._unreadable: list[str] = []
        self._copies: list[SyncedCopy] = []

    def read(self) -> Inputs:
        manifest = self._manifest()
        sources: dict[str, list[SourcePages]] = defaultdict(list)
        dependents: list[DependentFacts] = []
        for origin in origins(self._config):
            path = self._file_of(origin, manifest)
            if path is None:
                continue
            if origin.kind == "facts":
                dependents += self._dependent(origin, path)
            elif source := self._source(origin, path):
                sources[origin.group].append(source)
        return Inputs(
            sources={key: tuple(found) for key, found in sources.items()},
            lock=self._lock(),
            baseline=self._baseline(),
            baseline_path=self._shown(self._confdir / BASELINE_FILE),
            issues=self._issues(),
            issues_path=self._shown(self._confdir / ISSUES_FILE),
            copies=tuple(self._copies),
            dependents=tuple(dependents),
            problems=tuple(self._problems),
            unreadable=tuple(self._unreadable),
            config_path=self._shown(self._confdir / CONFIG_FILE),
        )

    def _shown(self, path: Path) -> str:
        return Path(os.path.relpath(path.resolve(), self._srcdir.resolve())).as_posix()

    def _refuse(self, path: Path, message: str, domain: str = "") -> None:
        shown = self._shown(path)
        problem = Problem("input_unreadable", f'"{shown}" {message}', Place(shown, 1))
        self._problems.append(problem)
        self._unreadable += [domain] if domain else []

    def _manifest(self) -> Mapping[str, Copy]:
        try:
            return load_manifest(self._folder)
        except ManifestError as error:
            self._manifest_is_read = False
            self._refuse(self._folder / MANIFEST, f"cannot be read: {error}")
            return {}

    def _lock(self) -> Lock | None:
        path = self._confdir / LOCK_FILE
        try:
            return load_lock(path)
        except LockError as error:
            self._refuse(path, f"cannot be read: {error}")
            return None

    def _baseline(self) -> Baseline | None:
        path = self._confdir / BASELINE_FILE
        try:
            return load_baseline(path)
        except BaselineError as error:
            self._refuse(path, f"cannot be read: {error}")
            return None

    def _issues(self) -> Snapshot | None:
        path = self._confdir / ISSUES_FILE
        try:
            return load_snapshot(path)
        except SnapshotError as error:
            self._refuse(path, f"cannot be read: {error}")
            return None

    def _file_of(self, origin: Origin, manifest: Mapping[str, Copy]) -> Path | None:
        """The file to read: the copy, where one was made; a file on disk itself otherwise."""
        known = origin.row(manifest)
        domain = "" if origin.kind == "facts" else origin.group
        if known and not origin.is_kept_in_place(self._confdir):
            copy = self._folder / known.copy
            if copy.is_file():
                shown, differs = self._shown(copy), self._differs(origin, known)
                self._copies.append(
                    SyncedCopy(origin.group, origin.text, shown, known.fetched, differs)
                )
                return copy
        if is_address(origin.text):
            if self._manifest_is_read:
                what = f'has no copy of {origin.text}: "opsdocs sync" beside conf.py fetches it'
                self._refuse(self._folder, what, domain)
            elif domain:
                self._unreadable.append(domain)
            return None
        path = origin.path(self._confdir)
        if not path.is_file():
            self._refuse(path, f"is no file, as {origin.kind} of {origin.group}", domain)
            return None
        return path

    def _differs(self, origin: Origin, known: Copy) -> bool:
        if is_address(origin.text):
            return False
        try:
            digest = hashlib.sha256(origin.path(self._confdir).read_bytes()).hexdigest()
        except OSError:
            return False  # the other checkout is not on this machine
        return digest != known.sha256

    def _source(self, origin: Origin, path: Path) -> SourcePages | None:
        try:
            source = parse_source(origin.kind, read_file(path))
        except (StorageError, ValueError) as error:
            self._refuse(path, f"cannot be read: {error}", origin.group)
            return None
        base = source.base_url or _folder_of(origin)
        return replace(source, path=self._shown(path), base_url=base)

    def _dependent(self, origin: Origin, path: Path) -> list[DependentFacts]:
        wanted = self._config.dependents[origin.group]
        try:
            facts, config = parse_facts(read_file(path))
        except (StorageError, FactsFileError) as error:
            self._refuse(path, f"cannot be read: {error}")
            return []
        if wanted.domain not in config.domains:
            known = ", ".join(config.domains) or "none"
            fault = f'has no spec domain "{wanted.domain}" (dependents.{origin.group}.domain), only'
            self._refuse(path, f"{fault} {known}")
            return []
        base = folder_url(wanted.base_url) or _folder_of(origin)
        title = wanted.title or facts.project or origin.group
        return [DependentFacts(wanted.domain, facts.documents, title, base)]


def _folder_of(origin: Origin) -> str:
    """The address of the folder that an origin was fetched from; empty for a file."""
    return origin.text.rpartition("/")[0] + "/" if is_address(origin.text) else ""


def parse_source(kind: str, data: bytes) -> SourcePages:
    """The pages in an index, needs.json or inventory. Raises ValueError."""
    if kind == INDEX.name:
        index = parse_index(data)
        base = index.base_url if is_address(index.base_url) else ""
        return SourcePages(INDEX, index.pages, index.redirects, base)
    from sphinxext_opsdocs.ext.external_sources import from_inventory, from_needs

    return (from_needs if kind == NEEDS.name else from_inventory)(data)
