"""A refresh that is killed, before and after every file-system call, leaves the old tables served.

What is killed is the process that writes. The checks run in that process here, not in a pool: the
processes of a pool only read.
"""

from __future__ import annotations

import datetime
import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from sphinxext_opsdocs.fleet import refresh as refresh_module
from sphinxext_opsdocs.fleet.generation import current
from sphinxext_opsdocs.fleet.plan import Task
from sphinxext_opsdocs.fleet.pool import CheckOutcome, encoded_rows
from sphinxext_opsdocs.fleet.reading import open_fleet
from sphinxext_opsdocs.fleet.settings import STATE_FOLDER, read_fleet
from sphinxext_opsdocs.fleet.state import FleetState
from tests.cli.kills import KILLED, Calls, Moment
from tests.fleet.fleet import Fleet
from tests.fleet.tasks import arguments_of

NEW_DAY = datetime.date(2026, 11, 24)
REPORTS = ("repositories", "register", "matrix", "findings", "scorecard", "trend")


def _in_this_process(
    tasks: Iterable[Task], state: FleetState, _jobs: int, _timeout: float
) -> Iterator[CheckOutcome]:
    for task in tasks:
        yield CheckOutcome(task, encoded_rows(*arguments_of(state, task), task))


def _refresh_until(folder: Path, moment: Moment) -> tuple[int, int]:
    """Refresh in a copy of this process; return its exit status and the number of its calls."""
    reader, writer = os.pipe()
    pid = os.fork()
    if not pid:
        status = 1
        try:
            refresh_module.check_in_pool = _in_this_process  # type: ignore[attr-defined]
            calls = Calls(folder / STATE_FOLDER, (), moment)
            calls.watch()
            refresh_module.refresh(folder, read_fleet(folder), NEW_DAY, 1, lambda _text: None)
            os.write(writer, str(calls.count).encode())
            status = 0
        finally:
            os._exit(status)
    os.close(writer)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    counted = os.read(reader, 20)
    os.close(reader)
    return status, int(counted or 0)


def _shown(folder: Path) -> list[str]:
    served = open_fleet(folder)
    return [repr(served.rows(name).rows) for name in REPORTS] + [served.standing()]


@pytest.fixture
def prepared(company: Fleet) -> Path:
    """The folder of a fleet that was refreshed, and of which two repositories have changed."""
    company.refresh()
    orders = company.members["orders"]
    orders.project.append("ops/drain.rst", "\nClients also see :canonical:`platform:gone`.\n")
    orders.build()
    company.members["platform"].project.append("specs/nodes.rst", "\nMore.\n")
    company.members["platform"].build()
    del company.members["billing"]
    company.write()
    return company.folder


@pytest.mark.parametrize("is_before", [True, False])
def test_killed_at_every_call(prepared: Path, is_before: bool) -> None:
    work = prepared.parent / "work"  # beside it: addresses in fleet.toml are those of the sites

    def copy() -> Path:
        shutil.rmtree(work, ignore_errors=True)
        shutil.copytree(prepared, work)
        return work

    old = _shown(prepared)
    status, count = _refresh_until(copy(), Moment())
    assert status == 0
    new = _shown(work)
    assert new != old
    assert count > 50
    for call in range(1, count + 1):
        status, _ = _refresh_until(copy(), Moment(call, is_before))
        assert status == KILLED
        shown = _shown(work)
        generation = current(work / STATE_FOLDER)
        assert generation
        assert shown == (old if generation.number == 1 else new)
        if call % 10 == 0:  # and the next refresh finishes what it did not
            assert _refresh_until(work, Moment())[0] == 0
            assert _shown(work) == new
