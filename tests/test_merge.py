"""Two branches that change the same file of opsdocs: git's conflict is resolved, no entry is lost."""

from __future__ import annotations

import contextlib
import hashlib
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sphinxext_opsdocs.canonical.lock_file import LOCK_FORMAT, Lock, Pin, dump_lock
from sphinxext_opsdocs.canonical.mirror import MANIFEST_FORMAT, Copy, dump_manifest
from sphinxext_opsdocs.cli import main
from sphinxext_opsdocs.findings.baseline import BASELINE_FORMAT, BaselineEntry, dump_baseline
from sphinxext_opsdocs.issues.snapshot import SNAPSHOT_FORMAT, IssueState, dump_snapshot
from sphinxext_opsdocs.storage import UnreadableError
from tests.project import Project

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
versions = st.dictionaries(st.sampled_from(KEYS), st.integers(0, 2), max_size=7)


def expected(kind: Kind, base: dict, ours: dict, theirs: dict) -> Table:
    """The merged table, decided key by key on the versions that were drawn."""
    merged = {}
    for key in KEYS:
        before, mine, other = base.get(key), ours.get(key), theirs.get(key)
        sides = {mine, other}
        if mine == other:
            kept: int | None = mine
        elif before in sides:
            (kept,) = sides - {before}
        elif None in sides:
            kept = max(version for version in sides if version is not None)
            if kind.resolve("older", "newer") is None:
                kept = None
        else:
            kept = {None: None, "older": min(sides), "newer": max(sides)}[
                kind.resolve("older", "newer")
            ]
        if kept is not None:
            identity, entry = kind.entry(key, kept)
            merged[identity] = entry
    return merged


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


@contextlib.contextmanager
def repository() -> Iterator[Repository]:
    with tempfile.TemporaryDirectory() as folder:
        yield Repository(Path(folder))


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(main, ["merge", *map(str, words)])


def table(kind: Kind, drawn: dict[tuple[str, int], int]) -> dict[Any, Any]:
    return dict(kind.entry(key, version) for key, version in drawn.items())


class Case(NamedTuple):
    """A file that both branches may have changed: the versions of its entries by key."""

    kind: Kind
    base: dict[tuple[str, int], int]
    ours: dict[tuple[str, int], int]
    theirs: dict[tuple[str, int], int]


drawn_cases = st.lists(
    st.builds(Case, st.sampled_from(KINDS), versions, versions, versions), min_size=1, max_size=25
)


def merge_cases(repo: Repository, cases: Sequence[Case]) -> None:
    """Merge two branches with each case in a folder of its own."""
    sides = [
        {f"{number}/{case.kind.name}": case.kind.dump(table(case.kind, case[side]))
         for number, case in enumerate(cases)}
        for side in (1, 2, 3)
    ]  # fmt: skip
    repo.merge(*sides)


def check_cases(repo: Repository, cases: Sequence[Case]) -> None:
    assert not repo.git("ls-files", "--unmerged")
    for number, case in enumerate(cases):
        data = (repo.folder / f"{number}/{case.kind.name}").read_bytes()
        assert case.kind.load(data) == expected(*case)


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(drawn_cases)
def test_merged_file_has_the_entries_of_both_branches(cases: list[Case]) -> None:
    with repository() as repo:
        merge_cases(repo, cases)
        with contextlib.chdir(repo.folder):
            done = run()
        assert done.exit_code == 0, done.output
        # also where git merged by itself, and left nothing to resolve
        check_cases(repo, cases)


@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
@given(drawn_cases)
def test_driver_leaves_no_conflict(cases: list[Case]) -> None:
    with repository() as repo:
        repo.git("init", "-q", "-b", "main")
        command = f"'{sys.executable}' -m sphinxext_opsdocs merge --driver %O %A %B %P"
        repo.git("config", "merge.opsdocs.driver", command)
        attributes = "".join(f"{name} merge=opsdocs\n" for name in NAMES)
        (repo.folder / ".git/info/attributes").write_text(attributes)
        merge_cases(repo, cases)
        check_cases(repo, cases)
        assert not repo.git("status", "--porcelain")
        for path in repo.folder.rglob("opsdocs.lock"):
            lock = LOCK_FORMAT.load(path)
            # git alone can lose the text of a pin that only one side had before
            assert set(lock.texts) == {value.digest for value in lock.pins.values()}


def test_every_gap_between_entries_is_merged() -> None:
    present = dict.fromkeys(KEYS[1::2], 0)
    cases = [
        Case(kind, present, {**present, mine: 0}, {**present, other: 0})
        for kind in KINDS
        for mine in KEYS[::2]
        for other in KEYS[::2]
    ]
    with repository() as repo:
        merge_cases(repo, cases)
        with contextlib.chdir(repo.folder):
            assert run().exit_code == 0
        check_cases(repo, cases)
        for case in cases:
            assert expected(*case) == table(case.kind, case.ours | case.theirs)


def conflicting_pins() -> tuple[dict[str, bytes], ...]:
    key = ("a", 1)
    sides = ({}, {key: 0}, {key: 1})
    return tuple({"docs/opsdocs.lock": dump_pins(table(KINDS[0], side))} for side in sides)


def test_section_pinned_differently_is_asked_for_again() -> None:
    with repository() as repo:
        repo.merge(*conflicting_pins())
        done = run(repo.folder / "docs/opsdocs.lock")
        assert 'run "opsdocs accept ops/a api:section-1"' in done.output
        assert load_pins((repo.folder / "docs/opsdocs.lock").read_bytes()) == {}


def test_damaged_file_names_the_command_that_resolves_it(project: Project) -> None:
    for kind in KINDS:
        text = "<<<<<<< HEAD\n" + kind.dump({}).decode()
        folder = "opsdocs-sources/" if kind.name == "sources.jsonl" else ""
        project.write({folder + kind.name: text})
    findings = project.build("dummy").of("input_unreadable")
    assert sorted(finding.place.path for finding in findings) == sorted(
        [
            "opsdocs-baseline.json",
            "opsdocs-issues.json",
            "opsdocs-sources/sources.jsonl",
            "opsdocs.lock",
        ]
    )
    for finding in findings:
        assert 'contains merge-conflict markers; run "opsdocs merge"' in finding.message


def test_all_conflicts_are_resolved_without_naming_them(monkeypatch: pytest.MonkeyPatch) -> None:
    sides = [
        {f"docs/{kind.name}": kind.dump(table(kind, side)) for kind in KINDS}
        | {"docs/page.rst": text}
        for side, text in (({}, b"a\n"), ({("a", 1): 0}, b"b\n"), ({("a", 2): 0}, b"c\n"))
    ]
    with repository() as repo:
        repo.merge(*sides)
        monkeypatch.chdir(repo.folder / "docs")
        done = run()
        assert done.exit_code == 0, done.output
        assert sorted(line.partition(":")[0] for line in done.output.splitlines()) == sorted(
            f"docs/{name}" for name in NAMES
        )
        unmerged = repo.git("ls-files", "--unmerged").splitlines()
        assert {row.split("\t")[1] for row in unmerged} == {"docs/page.rst"}
        assert run().output == "no file of opsdocs is in conflict\n"


def test_file_resolved_by_hand_is_left_alone() -> None:
    with repository() as repo:
        repo.merge(*conflicting_pins())
        path = repo.folder / "docs/opsdocs.lock"
        path.write_bytes(dump_pins(table(KINDS[0], {("b", 1): 2})))
        before = path.read_bytes()
        done = run(path)
        assert done.exit_code == 2
        assert "was resolved by hand" in done.output
        assert path.read_bytes() == before


def test_file_removed_on_one_side_is_a_decision_for_people() -> None:
    base, ours, _ = conflicting_pins()
    with repository() as repo:
        repo.git("init", "-q", "-b", "main")
        repo.commit(base)
        repo.git("checkout", "-q", "-b", "side")
        (repo.folder / "docs/opsdocs.lock").unlink()
        repo.commit({})
        repo.git("checkout", "-q", "main")
        repo.commit(ours)
        repo.git("merge", "-q", "side", check=False)
        done = run(repo.folder / "docs/opsdocs.lock")
        assert done.exit_code == 2
        assert "was removed on one side" in done.output


def test_doubled_pins_of_a_resolution_by_hand_are_dropped() -> None:
    both = [dump_pins(dict([pin(("a", 1), version)])) for version in (0, 1)]
    joined = both[0].replace(b'{"kind": "end"}\n', b"") + both[1].partition(b"\n\n")[2]
    with pytest.raises(UnreadableError, match='run "opsdocs merge" to drop both'):
        LOCK_FORMAT.parse(joined)
    with repository() as repo:
        repo.git("init", "-q")
        repo.commit({"opsdocs.lock": joined})
        done = run(repo.folder / "opsdocs.lock")
        assert "is no longer pinned" in done.output
        assert load_pins((repo.folder / "opsdocs.lock").read_bytes()) == {}


def test_copy_follows_its_row_in_the_list() -> None:
    def side(content: bytes, day: str) -> dict[str, bytes]:
        digest = hashlib.sha256(content).hexdigest()
        row = Copy("api/index.gz", "https://x.example/index.gz", date.fromisoformat(day), digest)
        return {"s/sources.jsonl": dump_manifest([row]), "s/api/index.gz": content}

    for mine, other in (("2026-11-02", "2026-11-03"), ("2026-11-03", "2026-11-02")):
        with repository() as repo:
            repo.merge(side(b"\0a", "2026-11-01"), side(b"\0b", mine), side(b"\0c", other))
            done = run(repo.folder / "s/sources.jsonl", repo.folder / "s/api/index.gz")
            assert done.exit_code == 0, done.output
            newest = b"\0b" if mine > other else b"\0c"
            assert (repo.folder / "s/api/index.gz").read_bytes() == newest
            assert not repo.git("ls-files", "--unmerged")


def test_other_files_are_refused() -> None:
    with repository() as repo:
        repo.git("init", "-q")
        repo.commit({"page.rst": b""})
        done = run(repo.folder / "page.rst")
        assert done.exit_code == 2
        assert "is neither one of opsdocs.lock" in done.output
        assert run("--driver", "a", "b", "c", "page.rst").exit_code == 2
