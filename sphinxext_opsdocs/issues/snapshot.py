"""The snapshot ``opsdocs-issues.json``: what trackers said of the issues that documents name.

One issue a line, sorted by tracker and id: two branches merge.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Final, Literal

import msgspec
from msgspec import Struct

from sphinxext_opsdocs.storage import StorageError, read_file

__all__ = [
    "COMPLETED",
    "DUPLICATE",
    "FOUND",
    "GONE",
    "MOVED",
    "NOT_PLANNED",
    "NO_ACCESS",
    "IssueState",
    "Snapshot",
    "SnapshotError",
    "dump_snapshot",
    "load_snapshot",
    "told",
]

SNAPSHOT_FORMAT = 1
FOUND: Final = "found"
MOVED: Final = "moved"
GONE: Final = "gone"
NO_ACCESS: Final = "no access"
COMPLETED, NOT_PLANNED, DUPLICATE = "completed", "not planned", "duplicate"


class SnapshotError(Exception):
    """A snapshot that cannot be read; the message says why, without the file's name."""


class IssueState(Struct, frozen=True, gc=False, omit_defaults=True):
    """What a tracker said of one issue when it was last asked."""

    outcome: Literal["found", "moved", "gone", "no access"]
    """``gone`` where the tracker knows no such issue; what was known of it before is kept."""
    checked: str
    """When, ISO 8601 in UTC."""
    state: Literal["", "open", "closed"] = ""
    reason: str = ""
    """Why it is closed: ``completed``, ``not planned`` or ``duplicate``; empty if not told."""
    title: str = ""
    labels: tuple[str, ...] = ()
    url: str = ""
    moved_to: str = ""
    """Its new id, with the project where that is another."""
    etag: str = ""
    """What the server calls this version of its answer."""
    modified: str = ""


Snapshot = Mapping[str, Mapping[str, IssueState]]
"""By tracker, then by the issue's id in it."""


def told(state: IssueState) -> str:
    """What is known of an issue, in a few words: title and state, and as of when."""
    title = f"“{state.title}”, " if state.title else ""
    word = f"{state.state}, {state.reason}" if state.reason else state.state
    if state.outcome == GONE:
        word = "not known to its tracker"
    elif state.outcome == NO_ACCESS:
        word = f"{word}, cannot be seen any more" if word else "cannot be seen"
    elif state.moved_to or state.outcome == MOVED:
        word = f"{word}, moved to {state.moved_to or state.url}".removeprefix(", ")
    return f"{title}{word} (as of {state.checked[:10]})"


class _File(Struct, forbid_unknown_fields=True):
    format: int
    issues: dict[str, dict[str, IssueState]]


class _Format(Struct):
    format: int


def dump_snapshot(snapshot: Snapshot) -> bytes:
    """The file as UTF-8 JSON that ends with a newline."""
    encode = msgspec.json.encode
    trackers: list[bytes] = []
    for key in sorted(snapshot):
        rows = [encode(ref) + b": " + encode(state) for ref, state in sorted(snapshot[key].items())]
        trackers.append(encode(key) + b": {\n" + b",\n".join(rows) + b"\n}")
    head = b'{"format": %d, "issues": {\n' % SNAPSHOT_FORMAT
    return head + b",\n".join(trackers) + b"\n}}\n"


def load_snapshot(path: Path) -> Snapshot | None:
    """The snapshot; None where there is none. Raises SnapshotError."""
    if not path.exists():
        return None
    try:
        data = read_file(path)
        found = msgspec.json.decode(data, type=_Format).format
        if found != SNAPSHOT_FORMAT:
            raise SnapshotError(f"has format {found}, this version reads {SNAPSHOT_FORMAT}")
        issues = msgspec.json.decode(data, type=_File).issues
        _refuse_wrong_dates(issues)
        return issues
    except StorageError as error:
        raise SnapshotError(str(error)) from None
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise SnapshotError(f"is no snapshot of issues: {error}") from None


def _refuse_wrong_dates(issues: Snapshot) -> None:
    for key, states in issues.items():
        for ref, state in states.items():
            try:
                date.fromisoformat(state.checked[:10])
            except ValueError:
                message = f'"{state.checked}" of {key} {ref} is no date'
                raise SnapshotError(message) from None
