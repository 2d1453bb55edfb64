"""The recipe of docs/how-to/fleet.md: the check of repositories as a map over Arrow batches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sphinxext_opsdocs.fleet.member import Member
from sphinxext_opsdocs.fleet.plan import Task
from sphinxext_opsdocs.fleet.pool import encoded_rows, published_index
from sphinxext_opsdocs.fleet.state import FleetState


def checked_rows(spark: Any, tasks: Iterable[Task], state: FleetState) -> list[Any]:
    """Return the rows of all repositories: repository, table, and the row as JSON."""
    import pyarrow

    by_name = {task.name: task for task in tasks}
    indexes = {
        task.name: {
            origin: published_index(state.folder, location)
            for origin, location in task.indexes.items()
        }
        for task in by_name.values()
    }
    shared = spark.sparkContext.broadcast((by_name, indexes))

    def check(batches: Iterator[Any]) -> Iterator[Any]:
        tasks, published = shared.value
        for batch in batches:
            for name, bundle in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                task = tasks[name]
                member = Member(name, bundle, task.index_address)
                tables = encoded_rows(member, published[name], task)
                lines = [
                    (name, table, line)
                    for table, text in tables.items()
                    for line in text.decode().splitlines()
                ]
                yield pyarrow.RecordBatch.from_arrays(
                    [pyarrow.array(column) for column in zip(*lines, strict=True)],
                    names=["repository", "table", "row"],
                )

    bundles = [(task.name, state.read(task.digest)) for task in by_name.values()]
    frame = spark.createDataFrame(bundles, "repository string, bundle binary")
    return frame.mapInArrow(check, "repository string, table string, row string").collect()
