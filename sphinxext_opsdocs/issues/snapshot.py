"""The snapshot ``opsdocs-issues.json``: the states of the issues that documents name.

One issue a line, sorted by tracker and id, so that two branches merge.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final, Literal

import msgspec
from msgspec import Struct

from sphinxext_opsdocs.storage import FileFormat, UnreadableError
from sphinxext_opsdocs.three_way_merge import merge_entries

__all__ = [
    "COMPLETED",
    "DUPLICATE",
    "NOT_PLANNED",
    "OUTCOMES",
    "OUTCOME_MISSING",
    "OUTCOME_MOVED",
    "OUTCOME_NO_ACCESS",
    "OUTCOME_PRESENT",
    "SNAPSHOT_FORMAT",
    "IssueState",
    "Outcome",
    "Snapshot",
    "dump_snapshot",
    "merge_snapshots",
]

FORMAT = 1
Outcome = Literal["found", "moved", "gone", "no access"]
"""How the last look-up of an issue ended; these words are in the file."""
OUTCOME_PRESENT: Final = "found"
OUTCOME_MOVED: Final = "moved"
OUTCOME_MISSING: Final = "gone"
OUTCOME_NO_ACCESS: Final = "no access"
OUTCOMES: tuple[Outcome, ...] = (OUTCOME_PRESENT, OUTCOME_MOVED, OUTCOME_MISSING, OUTCOME_NO_ACCESS)
COMPLETED, NOT_PLANNED, DUPLICATE = "completed", "not planned", "duplicate"


class IssueState(Struct, frozen=True, gc=False, omit_defaults=True):
    """The state of one issue when its tracker was last asked."""

    # The fields are written in this order: to move one would change every line of the file.
    outcome: Outcome
    """``gone`` if the tracker has no such issue; the values of earlier look-ups are kept."""
    checked: str
    """When the tracker was asked, ISO 8601 in UTC."""
    state: Literal["", "open", "closed"] = ""
    reason: str = ""
    """Why it is closed: ``completed``, ``not planned`` or ``duplicate``; may be empty."""
    title: str = ""
    labels: tuple[str, ...] = ()
    url: str = ""
    moved_to: str = ""
    """Its new id, with the project if that changed."""
    etag: str = ""
    """The entity tag of the answer, the condition of the next look-up."""
    modified: str = ""
    """The time of the issue's last change, as an HTTP date; the condition if there is no tag."""


Snapshot = Mapping[str, Mapping[str, IssueState]]
"""By tracker, then by the issue's id in it."""


class _File(Struct, forbid_unknown_fields=True):
    format: int
    issues: dict[str, dict[str, IssueState]]


def dump_snapshot(snapshot: Snapshot) -> bytes:
    """Return the file as UTF-8 JSON that ends with a newline."""
    # msgspec has no layout with one object a line.
    encode = msgspec.json.encode
    trackers: list[bytes] = []
    for key in sorted(snapshot):
        rows = [encode(ref) + b": " + encode(state) for ref, state in sorted(snapshot[key].items())]
        trackers.append(encode(key) + b": {\n" + b",\n".join(rows) + b"\n}")
    head = b'{"format": %d, "issues": {\n' % FORMAT
    return head + b",\n".join(trackers) + b"\n}}\n"


def _decode_snapshot(data: bytes) -> Snapshot:
    issues = msgspec.json.decode(data, type=_File).issues
    _refuse_wrong_dates(issues)
    return issues


SNAPSHOT_FORMAT = FileFormat("snapshot of issues", _decode_snapshot, FORMAT, is_mergeable=True)


def _refuse_wrong_dates(issues: Snapshot) -> None:
    for key, states in issues.items():
        for ref, state in states.items():
            try:
                date.fromisoformat(state.checked[:10])
            except ValueError:
                message = f'"{state.checked}" of {key} {ref} is not a date'
                raise UnreadableError(message) from None


def merge_snapshots(base: Snapshot, ours: Snapshot, theirs: Snapshot) -> Snapshot:
    """Return two versions of a snapshot merged; of two states the one looked up later is kept."""
    states = merge_entries(_by_issue(base), _by_issue(ours), _by_issue(theirs), _later)
    merged: dict[str, dict[str, IssueState]] = {}
    for (tracker, ref), state in states.items():
        merged.setdefault(tracker, {})[ref] = state
    return merged


def _by_issue(snapshot: Snapshot) -> dict[tuple[str, str], IssueState]:
    return {
        (tracker, ref): state for tracker, refs in snapshot.items() for ref, state in refs.items()
    }


def _later(_key: tuple[str, str], mine: IssueState | None, other: IssueState | None) -> IssueState:
    states = [state for state in (mine, other) if state]
    # of two look-ups in one second, the choice must not depend on the side
    return max(states, key=lambda state: (state.checked, msgspec.json.encode(state)))
