"""Checks repositories in a pool of processes: one that fails or hangs does not affect others."""

from __future__ import annotations

import gc
import multiprocessing
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from sphinxext_opsdocs.config.schema import INDEX_FILE
from sphinxext_opsdocs.fleet.bundle import read_entry
from sphinxext_opsdocs.fleet.check_repository import check_repository
from sphinxext_opsdocs.fleet.database import LARGEST_ROW
from sphinxext_opsdocs.fleet.member import Member, PublishedIndex
from sphinxext_opsdocs.fleet.plan import IndexLocation, Task
from sphinxext_opsdocs.fleet.rows import Row
from sphinxext_opsdocs.fleet.schema import TABLE_OF
from sphinxext_opsdocs.fleet.state import FleetState
from sphinxext_opsdocs.storage import UnreadableError

__all__ = ["CheckOutcome", "check_in_pool", "encoded_rows", "published_index"]

MOST_KEPT_INDEXES = 64
ENCODER = msgspec.json.Encoder()
GC_THRESHOLD = 200_000


class CheckOutcome(Struct, frozen=True):
    """The outcome of a task."""

    task: Task
    rows: dict[str, bytes] = {}
    """By table, one row a line, as JSON."""
    fault: str = ""
    """Why there are none."""
    is_content: bool = False
    """Whether the content of the bundle is at fault, so that another attempt would end the same."""


def check_in_pool(
    tasks: Iterable[Task], state: FleetState, jobs: int, timeout: float
) -> Iterator[CheckOutcome]:
    """Yield the outcome of each task, in order; a check may take ``timeout`` seconds."""
    from pebble import ProcessPool

    waiting = iter(tasks)
    context = multiprocessing.get_context("spawn")
    with ProcessPool(max_workers=jobs, context=context) as pool:

        def scheduled() -> Iterator[tuple[Task, Any]]:
            for task in waiting:
                yield task, pool.schedule(_checked, args=(task, state.folder), timeout=timeout)

        queue = scheduled()
        # rows are many: those of a few repositories at a time are in memory
        running = deque(islice(queue, 2 * jobs))
        while running:
            task, future = running.popleft()
            yield _outcome(task, future, timeout)
            running.extend(islice(queue, 1))


def _outcome(task: Task, future: Any, timeout: float) -> CheckOutcome:
    from pebble import ProcessExpired

    try:
        outcome: CheckOutcome = future.result()
    except TimeoutError:
        return CheckOutcome(task, fault=f"its check took longer than {timeout:g} s")
    except ProcessExpired as error:
        return CheckOutcome(task, fault=f"its check ended with exit status {error.exitcode}")
    return outcome


def encoded_rows(
    member: Member, indexes: Mapping[str, PublishedIndex], task: Task
) -> dict[str, bytes]:
    """Return the rows of a repository by table, one a line. Raises UnreadableError."""
    rows: dict[str, list[Row]] = defaultdict(list)
    for row in check_repository(member, indexes, task.day):
        rows[TABLE_OF[type(row)]].append(row)
    return {table: _encoded(of_table) for table, of_table in rows.items()}


def _encoded(rows: list[Row]) -> bytes:
    """Return rows as lines of JSON that a database can keep. Raises UnreadableError."""
    lines = ENCODER.encode_lines(rows)
    if b"\\u0000" in lines:  # no text of SQL can contain the character 0
        lines = ENCODER.encode_lines([_without_zeros(row) for row in rows])
    if len(lines) > LARGEST_ROW and max(map(len, lines.split(b"\n"))) > LARGEST_ROW:
        raise UnreadableError(f"has a page with a text of more than {LARGEST_ROW:,} bytes")
    return lines


def _without_zeros(row: Row) -> Row:
    values = (
        value.replace("\0", "") if isinstance(value, str) else value
        for value in msgspec.structs.astuple(row)
    )
    return type(row)(*values)


def _checked(task: Task, folder: Path) -> CheckOutcome:
    # facts are many and contain no cycles: searches for them would take time and free nothing
    gc.set_threshold(GC_THRESHOLD)
    state = FleetState(folder)
    try:
        member = Member(task.name, state.read(task.digest), task.index_address)
        indexes = {
            origin: published_index(folder, location) for origin, location in task.indexes.items()
        }
        return CheckOutcome(task, encoded_rows(member, indexes, task))
    except UnreadableError as error:
        return CheckOutcome(task, fault=f"its bundle {error}", is_content=True)
    except Exception as error:  # a bundle of somebody else must not end the others' checks
        reason = f"its check failed: {type(error).__name__}: {error}"
        return CheckOutcome(task, fault=reason, is_content=True)


@lru_cache(maxsize=MOST_KEPT_INDEXES)
def published_index(folder: Path, location: IndexLocation) -> PublishedIndex:
    """Return an index from the bundle in the folder of a state. Raises UnreadableError."""
    data = b""
    if location.digest:
        data = read_entry(FleetState(folder).read(location.digest), INDEX_FILE)
    return PublishedIndex(location.address, location.sha256, data, location.has_text)
