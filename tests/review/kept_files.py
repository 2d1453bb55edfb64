"""The kinds of files that a team keeps and git merges, and a repository of two branches."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from sphinxext_opsdocs.canonical.lock_file import LOCK_FORMAT, Lock, Pin, dump_lock
from sphinxext_opsdocs.canonical.mirror import MANIFEST_FORMAT, Copy, dump_manifest
from sphinxext_opsdocs.findings.baseline import BASELINE_FORMAT, BaselineEntry, dump_baseline
from sphinxext_opsdocs.issues.snapshot import SNAPSHOT_FORMAT, IssueState, dump_snapshot

Table = Mapping[Any, Any]
"""The entries of a file by what identifies them."""

KEYS = [(page, number) for page in ("a", "b", "c") for number in (1, 2, 3)]
DAYS = ("2026-11-01", "2026-11-02", "2026-11-03")


class Kind(NamedTuple):
    """A kind of file: how entries are made, written and read."""

    name: str
    entry: Callable[[tuple[str, int], int], tuple[Any, Any]]
    """Identity and entry of a key and one of its three versions."""
    dump: Callable[[Table], bytes]
    load: Callable[[bytes], Table]
    resolve: Callable[[Any, Any], Any]
    """What is kept of two entries, the larger version last; None for neither."""


def pin(key: tuple[str, int], version: int) -> tuple[Any, Any]:
    page, number = key
    name = f"api:section-{number}"
    # two pages that were reviewed against the same text share it
    value = Pin(f"ops/{page}", name, f"specs#{number}", f"w1:{number}-{version}", on=DAYS[version])
    return (value.document, value.section), value


def baseline_entry(key: tuple[str, int], version: int) -> tuple[Any, Any]:
    value = BaselineEntry(f"ops/{key[0]}", "section_empty", f"{key[1]:016}", DAYS[version])
    return (value.document, value.rule, value.content), value


def issue_state(key: tuple[str, int], version: int) -> tuple[Any, Any]:
    state = IssueState("found", f"{DAYS[version]}T06:00:00Z", "open", title=f"Seen {version}")
    return (f"tracker-{key[0]}", str(key[1])), state


def copy(key: tuple[str, int], version: int) -> tuple[Any, Any]:
    path = f"{key[0]}/index-{key[1]}.json.gz"
    day = date.fromisoformat(DAYS[version])
    return path, Copy(path, f"https://x.example/{path}", day, f"{version:064}")


def dump_pins(pins: Table) -> bytes:
    return dump_lock(Lock(pins, {value.digest: ("§ Title", "Words.") for value in pins.values()}))


def load_pins(data: bytes) -> Table:
    lock = LOCK_FORMAT.parse(data)
    assert all(text == ("§ Title", "Words.") for text in lock.texts.values())
    return lock.pins


def dump_states(states: Table) -> bytes:
    trackers: dict[str, dict[str, IssueState]] = {}
    for (tracker, ref), state in states.items():
        trackers.setdefault(tracker, {})[ref] = state
    return dump_snapshot(trackers)


def load_states(data: bytes) -> Table:
    snapshot = SNAPSHOT_FORMAT.parse(data)
    return {(key, ref): state for key, refs in snapshot.items() for ref, state in refs.items()}


KINDS = (
    Kind("opsdocs.lock", pin, dump_pins, load_pins, lambda older, newer: None),
    Kind(
        "opsdocs-baseline.json",
        baseline_entry,
        lambda entries: dump_baseline(entries.values()),
        lambda data: {(e.document, e.rule, e.content): e for e in BASELINE_FORMAT.parse(data)},
        lambda older, newer: older,
    ),
    Kind("opsdocs-issues.json", issue_state, dump_states, load_states, lambda older, newer: newer),
    Kind(
        "sources.jsonl",
        copy,
        lambda copies: dump_manifest(copies.values()),
        MANIFEST_FORMAT.parse,
        lambda older, newer: newer,
    ),
)
NAMES = [kind.name for kind in KINDS]


class Repository(NamedTuple):
    folder: Path

    def git(self, *words: str, check: bool = True) -> str:
        command = ["git", "-c", "user.name=Jo", "-c", "user.email=jo@example.org", *words]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False)
        assert not check or done.returncode == 0, done.stderr
        return done.stdout

    def commit(self, files: Mapping[str, bytes]) -> None:
        for name, data in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        self.git("add", "--all")
        self.git("commit", "-q", "--allow-empty", "-m", "change")

    def merge(self, base: Mapping, ours: Mapping, theirs: Mapping) -> None:
        """Commit the three versions, and merge the two branches."""
        self.git("init", "-q", "-b", "main")
        self.commit(base)
        self.git("checkout", "-q", "-b", "side")
        self.commit(theirs)
        self.git("checkout", "-q", "main")
        self.commit(ours)
        self.git("merge", "-q", "side", check=False)


def table(kind: Kind, drawn: dict[tuple[str, int], int]) -> dict[Any, Any]:
    return dict(kind.entry(key, version) for key, version in drawn.items())
