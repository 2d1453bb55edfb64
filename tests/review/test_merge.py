"""Two branches that change the same file of opsdocs: git's conflict is resolved, no entry is lost."""

from __future__ import annotations

import contextlib
import hashlib
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sphinxext_opsdocs.canonical.lock_file import LOCK_FORMAT
from sphinxext_opsdocs.canonical.mirror import Copy, dump_manifest
from sphinxext_opsdocs.storage import UnreadableError
from tests.commands import run
from tests.project import Project
from tests.review.kept_files import (
    KEYS,
    KINDS,
    NAMES,
    Kind,
    Repository,
    Table,
    dump_pins,
    load_pins,
    pin,
    table,
)

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


@contextlib.contextmanager
def repository() -> Iterator[Repository]:
    with tempfile.TemporaryDirectory() as folder:
        yield Repository(Path(folder))


def merge(*words: str | Path) -> Result:
    return run("merge", *words)


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
            done = merge()
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
            assert merge().exit_code == 0
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
        done = merge(repo.folder / "docs/opsdocs.lock")
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
        done = merge()
        assert done.exit_code == 0, done.output
        assert sorted(line.partition(":")[0] for line in done.output.splitlines()) == sorted(
            f"docs/{name}" for name in NAMES
        )
        unmerged = repo.git("ls-files", "--unmerged").splitlines()
        assert {row.split("\t")[1] for row in unmerged} == {"docs/page.rst"}
        assert merge().output == "no file of opsdocs is in conflict\n"


def test_file_resolved_by_hand_is_left_alone() -> None:
    with repository() as repo:
        repo.merge(*conflicting_pins())
        path = repo.folder / "docs/opsdocs.lock"
        path.write_bytes(dump_pins(table(KINDS[0], {("b", 1): 2})))
        before = path.read_bytes()
        done = merge(path)
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
        done = merge(repo.folder / "docs/opsdocs.lock")
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
        done = merge(repo.folder / "opsdocs.lock")
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
            done = merge(repo.folder / "s/sources.jsonl", repo.folder / "s/api/index.gz")
            assert done.exit_code == 0, done.output
            newest = b"\0b" if mine > other else b"\0c"
            assert (repo.folder / "s/api/index.gz").read_bytes() == newest
            assert not repo.git("ls-files", "--unmerged")


def test_other_files_are_refused() -> None:
    with repository() as repo:
        repo.git("init", "-q")
        repo.commit({"page.rst": b""})
        done = merge(repo.folder / "page.rst")
        assert done.exit_code == 2
        assert "is neither one of opsdocs.lock" in done.output
        assert merge("--driver", "a", "b", "c", "page.rst").exit_code == 2
