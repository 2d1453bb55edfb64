"""Brings a fleet up to date: fetches bundles, checks what has changed, and serves new tables."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from sphinxext_opsdocs.fleet.build_tables import Staging, build_history, build_tables, write_rows
from sphinxext_opsdocs.fleet.database import Database
from sphinxext_opsdocs.fleet.fetching import FleetFetcher
from sphinxext_opsdocs.fleet.fleet_findings import fleet_findings_query
from sphinxext_opsdocs.fleet.generation import (
    Generation,
    Keys,
    current,
    new_generation,
    serve,
    table_paths,
)
from sphinxext_opsdocs.fleet.plan import TABLES_FORMAT, RepositoryBundle, make_tasks
from sphinxext_opsdocs.fleet.pool import check_in_pool
from sphinxext_opsdocs.fleet.schema import TABLES, FleetOwnerRow, FleetRow, RepositoryRow
from sphinxext_opsdocs.fleet.settings import (
    STATE_FOLDER,
    FleetSettings,
    index_address,
)
from sphinxext_opsdocs.fleet.state import (
    FetchedBundle,
    FleetState,
    State,
)
from sphinxext_opsdocs.storage import exclusive, replace_file
from sphinxext_opsdocs.version import __version__

__all__ = ["RefreshSummary", "refresh", "repository_bundles"]

SECONDS_A_DAY = 86_400
STAGING = "staging"
Tell = Callable[[str], None]


class RefreshSummary(Struct, frozen=True):
    """What a refresh did."""

    repositories: int
    read: int
    """Those whose newest bundle was read."""
    changed: int
    """Those with a new bundle."""
    checked: int
    faults: tuple[tuple[str, str], ...]
    """Name of a repository, and why it could not be read."""


def refresh(
    folder: Path, settings: FleetSettings, day: date, jobs: int, tell: Tell
) -> RefreshSummary:
    """Fetch and check the repositories of the fleet in a folder, and serve the result.

    ``tell`` gets a line for whoever waits. Raises UnreadableError for a broken state of our own,
    ExtraMissingError, and OSError where the state cannot be written.
    """
    state_folder = folder / STATE_FOLDER
    state_folder.mkdir(exist_ok=True)
    # nobody commits it: every machine can make it from fleet.toml
    replace_file(state_folder / ".gitignore", b"*\n")
    with exclusive(state_folder / STATE_FOLDER):
        return _Refresh(folder, settings, day, jobs, tell).run()


class _Refresh:
    def __init__(
        self, folder: Path, settings: FleetSettings, day: date, jobs: int, tell: Tell
    ) -> None:
        self._settings, self._day, self._jobs, self._tell = settings, day, jobs, tell
        self._folder = folder / STATE_FOLDER
        self._state = FleetState(self._folder)
        self._fetcher = FleetFetcher(folder, settings, self._state, day)
        self._before = current(self._folder)
        self._staging = self._folder / STAGING
        self._database = Database()

    def run(self) -> RefreshSummary:
        shutil.rmtree(self._staging, ignore_errors=True)
        earlier = self._state.load()
        states = self._fetcher.fetch_all(earlier)
        changed = sum(
            _content(state.newest) != _content(getattr(earlier.get(name), "newest", None))
            for name, state in states.items()
        )
        self._state.save(states.values())
        passes, keys, states = self._check_all(states)
        self._state.save(states.values())
        self._write_generation(passes, keys, states)
        self._forget_bundles(states)
        shutil.rmtree(self._staging, ignore_errors=True)
        faults = tuple((name, each.fault) for name, each in sorted(states.items()) if each.fault)
        checked = len({name for staging in passes for name in staging.names})
        return RefreshSummary(len(states), len(states) - len(faults), changed, checked, faults)

    def _check_all(
        self, states: dict[str, State]
    ) -> tuple[list[Staging], dict[str, str], dict[str, State]]:
        """Check what has changed; return rows, the keys of checks by repository, and states.

        A bundle whose content is at fault is refused, and the last good one counts. Whatever else
        goes wrong leaves the rows of before, and is tried again by the next refresh.
        """
        known = self._known_keys()
        passes: list[Staging] = []
        failed: set[str] = set()
        while True:
            tasks = make_tasks(self._readable(states), self._day)
            due = [
                task
                for task in tasks
                if task.name not in failed and known.get(task.name) != task.key
            ]
            for task in tasks:
                if known.get(task.name) == task.key:
                    states[task.name] = replace(states[task.name], good=states[task.name].newest)
            if not due:
                return passes, known, states
            if len(due) > 1:
                self._tell(f"checking {len(due)} repositories")
            before, staging = dict(states), Staging(self._staging / str(len(passes)))
            for checked in check_in_pool(
                due, self._state, self._jobs, self._settings.check_timeout
            ):
                name = checked.task.name
                if checked.is_content:
                    states[name] = _gone_back(states[name], checked.fault)
                    if states[name].newest == before[name].newest:  # the rows of before stay
                        failed.add(name)
                elif checked.fault:
                    failed.add(name)
                    states[name] = replace(states[name], fault=checked.fault)
                else:
                    staging.add(name, checked.rows)
                    known[name] = checked.task.key
            passes.append(staging)

    def _readable(self, states: Mapping[str, State]) -> Iterator[RepositoryBundle]:
        """The repositories whose newest bundle is here."""
        for each in repository_bundles(self._settings, states):
            if self._state.has(each.bundle):
                yield each

    def _known_keys(self) -> dict[str, str]:
        keys = self._before.read_keys() if self._before else None
        return dict(keys.keys) if keys and keys.format == TABLES_FORMAT else {}

    def _write_generation(
        self, passes: list[Staging], keys: Mapping[str, str], states: Mapping[str, State]
    ) -> None:
        generation = new_generation(self._folder)
        members = {name for name, state in states.items() if state.good}
        before = self._before if self._known_keys() else None
        fresh = {name for staging in passes for name in staging.names}
        gone = set(self._known_keys()) - members
        build_tables(self._database, generation, before, passes, members)
        self._write_whole_tables(generation, states)
        build_history(
            self._database,
            generation,
            self._before,
            fresh | gone,
            self._day,
            self._settings.keep_history,
        )
        self._write_fleet_findings(generation)
        served = {name: key for name, key in keys.items() if name in members}
        generation.write_keys(Keys(TABLES_FORMAT, self._day.isoformat(), served))
        serve(self._folder, generation)

    def _write_whole_tables(self, generation: Generation, states: Mapping[str, State]) -> None:
        fleet = FleetRow(self._day.isoformat(), __version__)
        write_rows(self._database, generation, "fleet", [fleet], self._staging)
        rows = (self._repository_row(name, state) for name, state in sorted(states.items()))
        write_rows(self._database, generation, "repositories", rows, self._staging)
        owners = (FleetOwnerRow(key, owner.title) for key, owner in self._settings.owners.items())
        write_rows(self._database, generation, "fleet_owners", owners, self._staging)

    def _write_fleet_findings(self, generation: Generation) -> None:
        for table in TABLES:
            self._database.view(table, table_paths(generation, table))
        findings = fleet_findings_query(self._settings)
        self._database.write(findings, generation.whole("fleet_findings"))

    def _repository_row(self, name: str, state: State) -> RepositoryRow:
        repository = self._settings.repositories[name]
        kind, message = "read", ""
        built = state.good.built if state.good else ""
        if state.fault:
            kind, message = "unreadable", state.fault
        elif self._is_silent(built):
            kind, message = "silent", f"its last build was on {built}"
        return RepositoryRow(
            repository=name,
            address=state.address,
            owner=repository.owner,
            audience=repository.audience,
            state=kind,
            message=message,
            last_good=state.good.day if state.good else "",
            built=built,
        )

    def _is_silent(self, built: str) -> bool:
        limit = self._settings.silent_after
        if not limit or not built:
            return False
        return (self._day - date.fromisoformat(built)).days > limit

    def _forget_bundles(self, states: Mapping[str, State]) -> None:
        used = {
            fetched.digest
            for state in states.values()
            for fetched in (state.newest, state.good)
            if fetched
        }
        self._state.forget(used, time.time() - self._settings.keep_bundles * SECONDS_A_DAY)


def repository_bundles(
    settings: FleetSettings, states: Mapping[str, State]
) -> Iterator[RepositoryBundle]:
    """Yield the repositories that have a bundle, with the address of their index."""
    for name, state in states.items():
        if state.newest and name in settings.repositories:
            address = index_address(settings.repositories[name], state.newest.base_url)
            yield RepositoryBundle(name, state.newest, address, state.earlier_indexes)


def _content(fetched: FetchedBundle | None) -> str:
    return fetched.content if fetched else ""


def _gone_back(state: State, fault: str) -> State:
    """The state without its newest bundle, whose content is at fault."""
    assert state.newest
    return replace(state.refuse(state.newest.digest, fault), newest=state.good)
