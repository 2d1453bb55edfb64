"""Reads the files that a team keeps, as values for the check. Nothing here opens a connection."""

from __future__ import annotations

import hashlib
import os
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from msgspec.structs import replace

from sphinxext_opsdocs.canonical import INDEX, NEEDS
from sphinxext_opsdocs.canonical_index import load_index
from sphinxext_opsdocs.config import CONFIG_FILE, Config, is_address
from sphinxext_opsdocs.copies import Copy, ManifestError, Origin, load_manifest, origins
from sphinxext_opsdocs.facts_file import FactsFileError, load_facts
from sphinxext_opsdocs.inputs import DependentFacts, Inputs, SyncedCopy
from sphinxext_opsdocs.lock import LOCK_FILE, Lock, LockError, load_lock
from sphinxext_opsdocs.model import Place, Problem
from sphinxext_opsdocs.sources import ExternalSource

__all__ = ["read_inputs", "read_source_file"]


def read_inputs(
    config: Config,
    confdir: Path,
    srcdir: Path,
    redirects: Mapping[str, str],
    base_url: str = "",
) -> Inputs:
    """All inputs of a project. What cannot be read becomes a problem with its file."""
    return _Reader(config, confdir, srcdir).read(redirects, base_url)


class _Reader:
    def __init__(self, config: Config, confdir: Path, srcdir: Path) -> None:
        self._config, self._confdir, self._srcdir = config, confdir, srcdir
        self._folder = confdir / config.sync.folder
        self._problems: list[Problem] = []
        self._unreadable: list[str] = []
        self._copies: list[SyncedCopy] = []

    def read(self, redirects: Mapping[str, str], base_url: str) -> Inputs:
        manifest = self._manifest()
        sources: dict[str, list[ExternalSource]] = defaultdict(list)
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
            redirects=redirects,
            lock=self._lock(),
            copies=tuple(self._copies),
            dependents=tuple(dependents),
            problems=tuple(self._problems),
            unreadable=tuple(self._unreadable),
            base_url=base_url,
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
            self._refuse(self._folder, f"has a manifest that cannot be read: {error}")
            return {}

    def _lock(self) -> Lock | None:
        path = self._confdir / LOCK_FILE
        try:
            return load_lock(path)
        except LockError as error:
            self._refuse(path, f"cannot be read: {error}")
            return None

    def _file_of(self, origin: Origin, manifest: Mapping[str, Copy]) -> Path | None:
        """The file to read: the copy, where one was made; a file on disk itself otherwise."""
        known, copy = manifest.get(origin.copy), self._folder / origin.copy
        known = known if known and known.origin == origin.text else None
        domain = "" if origin.kind == "facts" else origin.group
        if known and copy.is_file() and not origin.is_kept_in_place(self._confdir):
            self._copies.append(
                SyncedCopy(
                    origin.group,
                    origin.text,
                    self._shown(copy),
                    known.fetched,
                    self._differs(origin, known),
                )
            )
            return copy
        if is_address(origin.text):
            self._refuse(copy, f'is not there: run "opsdocs sync" to fetch {origin.text}', domain)
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

    def _source(self, origin: Origin, path: Path) -> ExternalSource | None:
        try:
            source = read_source_file(origin.kind, path)
        except ValueError as error:
            self._refuse(path, f"cannot be read: {error}", origin.group)
            return None
        base = source.base_url
        if not base and is_address(origin.text):
            base = origin.text.rpartition("/")[0] + "/"
        return replace(source, path=self._shown(path), base_url=base)

    def _dependent(self, origin: Origin, path: Path) -> list[DependentFacts]:
        wanted = self._config.dependents[origin.group]
        try:
            facts, _ = load_facts(path)
        except FactsFileError as error:
            self._refuse(path, f"cannot be read: {error}")
            return []
        base = wanted.base_url
        if not base and is_address(origin.text):
            base = origin.text.rpartition("/")[0] + "/"
        title = wanted.title or facts.project or origin.group
        return [DependentFacts(origin.group, wanted.domain, facts.documents, title, base)]


def read_source_file(kind: str, path: Path) -> ExternalSource:
    """The pages in an index, needs.json or inventory. Raises ValueError."""
    if kind == INDEX.name:
        index = load_index(path)
        return ExternalSource(
            INDEX, "", index.pages, index.redirects, index.base_url, index.digests
        )
    from sphinxext_opsdocs.ext.names import from_inventory, from_needs

    return (from_needs if kind == NEEDS.name else from_inventory)(path)
