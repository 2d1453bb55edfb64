"""The arguments of the check of a repository, from a task of a fleet."""

from __future__ import annotations

from sphinxext_opsdocs.config.schema import INDEX_FILE
from sphinxext_opsdocs.fleet.bundle import read_entry
from sphinxext_opsdocs.fleet.member import Member, PublishedIndex
from sphinxext_opsdocs.fleet.plan import Task
from sphinxext_opsdocs.fleet.state import FleetState


def arguments_of(state: FleetState, task: Task) -> tuple[Member, dict[str, PublishedIndex]]:
    """The member and the published indexes of a task."""
    indexes = {
        origin: PublishedIndex(
            wanted.address,
            wanted.sha256,
            read_entry(state.read(wanted.digest), INDEX_FILE) if wanted.digest else b"",
            wanted.has_text,
        )
        for origin, wanted in task.indexes.items()
    }
    return Member(task.name, state.read(task.digest), task.index_address), indexes
