"""Fetches the bundles of a fleet, and refuses those that cannot be read."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

from msgspec.structs import replace

from sphinxext_opsdocs.canonical.index_file import INDEX_FORMAT
from sphinxext_opsdocs.config.schema import INDEX_FILE
from sphinxext_opsdocs.fleet.bundle import read_entry, read_manifest
from sphinxext_opsdocs.fleet.settings import FleetSettings, Repository, bundle_address
from sphinxext_opsdocs.fleet.state import FleetState, State, fetched_bundle
from sphinxext_opsdocs.network.bundles import BundleFetcher
from sphinxext_opsdocs.network.download import Download, DownloadError
from sphinxext_opsdocs.storage import UnreadableError, unpack
from sphinxext_opsdocs.version import __version__

__all__ = ["FleetFetcher"]

FETCHES = 8
"""Bundles that are fetched at the same time."""
MOST_INDEXES = 50
"""Earlier indexes of a repository by which copies are known."""


class FleetFetcher:
    """Keeps the newest bundle of each repository; ``folder`` is that of ``fleet.toml``."""

    def __init__(self, folder: Path, settings: FleetSettings, state: FleetState, day: date) -> None:
        self._repositories, self._state = settings.repositories, state
        self._day = day.isoformat()
        self._fetcher = BundleFetcher(settings.sync, folder)

    def fetch_all(self, earlier: Mapping[str, State]) -> dict[str, State]:
        """Return the states after those of the last refresh, by name of the repository."""
        names = sorted(self._repositories)
        repositories = map(self._repositories.__getitem__, names)
        with ThreadPoolExecutor(FETCHES) as executor:
            fetched = executor.map(self._fetch, names, repositories, map(earlier.get, names))
            return dict(zip(names, fetched, strict=True))

    def _fetch(self, name: str, repository: Repository, before: State | None) -> State:
        address = bundle_address(repository)
        # what another address gave says nothing about this one
        state = before if before and before.address == address else State(name, address)
        if state.refused and state.refused.version != __version__:
            state = replace(state, refused=None, etag="", modified="")
        newest = state.newest if self._state.has(state.newest) else None
        etag, modified = (state.etag, state.modified) if newest else ("", "")
        try:
            answer = self._fetcher.fetch(address, etag, modified)
        except DownloadError as error:
            return replace(state, fault=f"its bundle was not fetched: {error}")
        if answer.data is not None:
            return self._with_bundle(state, answer, answer.data)
        if newest is None:
            return replace(
                state, fault="its server sent no bundle, although none was fetched before"
            )
        fault = state.refused.reason if state.refused else ""
        return replace(state, newest=replace(newest, day=self._day), fault=fault)

    def _with_bundle(self, state: State, answer: Download, data: bytes) -> State:
        """The state with a bundle that was fetched, if it can be read."""
        digest = hashlib.sha256(data).hexdigest()
        state = replace(state, etag=answer.etag, modified=answer.modified)
        if state.refused and state.refused.digest == digest:
            return replace(state, fault=state.refused.reason)
        try:
            manifest = read_manifest(data)
            if INDEX_FILE in manifest.files:  # others read it before this one is checked
                INDEX_FORMAT.parse(unpack(read_entry(data, INDEX_FILE)))
        except UnreadableError as error:
            return state.refuse(digest, f"its bundle {error}")
        self._state.keep(digest, data)
        before = state.newest.index_sha256 if state.newest else ""
        known = dict.fromkeys((before, *state.earlier_indexes))
        known.pop(manifest.index_sha256, None)
        known.pop("", None)
        return replace(
            state,
            newest=fetched_bundle(manifest, digest, self._day),
            earlier_indexes=tuple(known)[:MOST_INDEXES],
            refused=None,
            fault="",
        )
