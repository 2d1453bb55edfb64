"""Two versions of a file that a team keeps, merged by entry."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from typing import NamedTuple, TypeVar

from sphinxext_opsdocs.canonical.lock_file import (
    LENIENT_LOCK_FORMAT,
    LOCK_FILE,
    Lock,
    PinKey,
    dump_lock,
)
from sphinxext_opsdocs.canonical.mirror import (
    MANIFEST,
    MANIFEST_FORMAT,
    dump_manifest,
    merge_manifests,
)
from sphinxext_opsdocs.config.schema import BASELINE_FILE, ISSUES_FILE
from sphinxext_opsdocs.findings.baseline import BASELINE_FORMAT, dump_baseline, merge_baselines
from sphinxext_opsdocs.findings.finding import counted_noun
from sphinxext_opsdocs.issues.snapshot import SNAPSHOT_FORMAT, dump_snapshot, merge_snapshots
from sphinxext_opsdocs.storage import FileFormat, UnreadableError

__all__ = ["KEPT_FILES", "MergedFile", "Sides", "merge_kept_file"]

Content = TypeVar("Content")


class Sides(NamedTuple):
    """A file at the last common commit, and on each side of a merge; empty where it is missing."""

    base: bytes
    ours: bytes
    theirs: bytes


class MergedFile(NamedTuple):
    """The content of a merged file, and what is in it in a few words."""

    data: bytes
    summary: str
    notes: tuple[str, ...] = ()
    """What the merge could not keep, each as a sentence."""


def merge_kept_file(name: str, sides: Sides) -> MergedFile:
    """Merge a file by the name that a team keeps it under. Raises UnreadableError."""
    return KEPT_FILES[PurePosixPath(name).name](sides)


def _merge_lock(sides: Sides) -> MergedFile:
    read = _read_sides(LENIENT_LOCK_FORMAT, sides, (Lock(), ()))
    (base, _), (ours, _), (theirs, _) = read
    lock, dropped = base.merge(ours, theirs)
    contradictions = {key for _, keys in read[1:] for key in keys}
    return MergedFile(
        dump_lock(lock),
        counted_noun(len(lock.pins), "pin"),
        tuple(_describe_dropped(key) for key in sorted({*dropped, *contradictions})),
    )


def _describe_dropped(key: PinKey) -> str:
    document, section = key
    return (
        f'"{section}" was pinned differently for "{document}" on both sides and is no longer '
        f'pinned; run "opsdocs accept {document} {section}"'
    )


def _merge_baseline(sides: Sides) -> MergedFile:
    entries = merge_baselines(*_read_sides(BASELINE_FORMAT, sides, ()))
    return MergedFile(dump_baseline(entries), counted_noun(len(entries), "finding"))


def _merge_snapshot(sides: Sides) -> MergedFile:
    snapshot = merge_snapshots(*_read_sides(SNAPSHOT_FORMAT, sides, {}))
    count = sum(map(len, snapshot.values()))
    return MergedFile(dump_snapshot(snapshot), counted_noun(count, "issue"))


def _merge_manifest(sides: Sides) -> MergedFile:
    copies = merge_manifests(*_read_sides(MANIFEST_FORMAT, sides, {}))
    count = len(copies)
    summary = f"{count} copies" if count != 1 else "1 copy"
    return MergedFile(dump_manifest(copies.values()), summary)


def _read_sides(kind: FileFormat[Content], sides: Sides, empty: Content) -> list[Content]:
    contents: list[Content] = []
    for title, data in zip(("the common", "our", "their"), sides, strict=True):
        try:
            contents.append(kind.parse(data) if data.strip() else empty)
        except UnreadableError as error:
            raise UnreadableError(f"cannot be merged: {title} version {error}") from None
    return contents


KEPT_FILES: Mapping[str, Callable[[Sides], MergedFile]] = {
    LOCK_FILE: _merge_lock,
    BASELINE_FILE: _merge_baseline,
    ISSUES_FILE: _merge_snapshot,
    MANIFEST: _merge_manifest,
}
"""How to merge each file, by its name."""
