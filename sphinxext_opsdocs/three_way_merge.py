"""Two versions of a table, merged entry by entry as they differ from a common one."""

from collections.abc import Callable, Hashable, Mapping
from typing import TypeVar

__all__ = ["merge_entries"]

Key = TypeVar("Key", bound=Hashable)
Entry = TypeVar("Entry")


def merge_entries(
    base: Mapping[Key, Entry],
    ours: Mapping[Key, Entry],
    theirs: Mapping[Key, Entry],
    resolve: Callable[[Key, Entry | None, Entry | None], Entry | None],
) -> dict[Key, Entry]:
    """Return the entries of both sides, without those that one of them removed.

    ``resolve`` decides on an entry that both sides changed differently: it receives its key and
    what it is on each side, None where it was removed, and returns the entry to keep, if any.
    """
    merged: dict[Key, Entry] = {}
    for key in {**base, **ours, **theirs}:
        before, mine, other = base.get(key), ours.get(key), theirs.get(key)
        if other in (before, mine):
            entry = mine
        elif mine == before:
            entry = other
        else:
            entry = resolve(key, mine, other)
        if entry is not None:
            merged[key] = entry
    return merged
