"""The state of a fleet ``fleet/state.jsonl``: what was last fetched of each repository.

One repository a line, sorted by name. Bundles are kept under their digest and never changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from sphinxext_opsdocs.fleet.manifest import Manifest, SourceName
from sphinxext_opsdocs.storage import FileFormat, UnreadableError, read_raw, replace_file
from sphinxext_opsdocs.version import __version__

__all__ = [
    "STATE_FILE",
    "FetchedBundle",
    "FleetState",
    "RefusedBundle",
    "State",
    "dump_state",
    "fetched_bundle",
]

STATE_FILE = "state.jsonl"
BUNDLES = "bundles"


class FetchedBundle(Struct, frozen=True, omit_defaults=True):
    """A bundle that was fetched, and what the fleet needs of its manifest."""

    digest: str
    """SHA-256 of the file."""
    content: str
    """Digest of all that a check depends on."""
    day: str
    """On which it was fetched."""
    built: str
    """Day of its build."""
    base_url: str = ""
    index_sha256: str = ""
    """Empty for a repository without specifications."""
    has_text: bool = True
    sources: tuple[SourceName, ...] = ()


class RefusedBundle(Struct, frozen=True):
    """A bundle whose content cannot be read or checked."""

    digest: str
    reason: str
    version: str
    """Of opsdocs: another one may read it."""


class State(Struct, frozen=True, omit_defaults=True):
    """A repository as it was last fetched."""

    name: str
    address: str
    """Of the bundle; what was fetched from another address does not count."""
    newest: FetchedBundle | None = None
    """The newest bundle that can be read; it may not have been checked yet."""
    good: FetchedBundle | None = None
    """The last one whose check succeeded: its rows are what the fleet shows."""
    earlier_indexes: tuple[str, ...] = ()
    """Digests of indexes that it published before, by which older copies are known; last first."""
    refused: RefusedBundle | None = None
    """A newer bundle that cannot be read or checked."""
    fault: str = ""
    """Why the last refresh did not end with the rows of its newest bundle."""
    etag: str = ""
    modified: str = ""

    def refuse(self, digest: str, reason: str) -> State:
        """Return the state with a bundle that this version cannot read or check."""
        return replace(self, refused=RefusedBundle(digest, reason, __version__), fault=reason)


def fetched_bundle(manifest: Manifest, digest: str, day: str) -> FetchedBundle:
    """Return what the fleet keeps of a manifest."""
    return FetchedBundle(
        digest=digest,
        content=manifest.content,
        day=day,
        built=manifest.built[:10],
        base_url=manifest.base_url,
        index_sha256=manifest.index_sha256,
        has_text=manifest.has_text,
        sources=manifest.sources,
    )


def _decode_state(data: bytes) -> Mapping[str, State]:
    return {state.name: state for state in msgspec.json.Decoder(State).decode_lines(data)}


STATE_FORMAT = FileFormat("state of a fleet", _decode_state)


def dump_state(states: Iterable[State]) -> bytes:
    """Return the state, one repository a line."""
    return msgspec.json.Encoder().encode_lines(sorted(states, key=lambda state: state.name))


class FleetState:
    """The folder with the state of a fleet."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bundles = folder / BUNDLES

    def load(self) -> Mapping[str, State]:
        """Return the state by name of the repository. Raises UnreadableError."""
        try:
            return STATE_FORMAT.load_if_present(self.folder / STATE_FILE) or {}
        except UnreadableError as error:
            raise UnreadableError(
                f'"{self.folder / STATE_FILE}" {error}; remove the folder to begin anew'
            ) from None

    def save(self, states: Iterable[State]) -> None:
        """Replace the state in one step."""
        replace_file(self.folder / STATE_FILE, dump_state(states))

    def path_of(self, digest: str) -> Path:
        """Return the path of a bundle."""
        return self.bundles / f"{digest}.zip"

    def has(self, bundle: FetchedBundle | None) -> bool:
        """Return whether a bundle is here."""
        return bundle is not None and self.path_of(bundle.digest).is_file()

    def keep(self, digest: str, data: bytes) -> None:
        """Keep a bundle under its digest."""
        path = self.path_of(digest)
        if not path.is_file():
            replace_file(path, data)

    def read(self, digest: str) -> bytes:
        """Return a bundle. Raises UnreadableError."""
        return read_raw(self.path_of(digest))

    def forget(self, used: set[str], before: float) -> None:
        """Remove the bundles that nobody needs and that were kept before a time (epoch seconds)."""
        for path in self.bundles.glob("*.zip"):
            if path.stem not in used and path.stat().st_mtime < before:
                path.unlink(missing_ok=True)
