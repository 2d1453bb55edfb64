"""The arguments of the check of a repository, from a task of a fleet."""

from __future__ import annotations

from sphinxext_opsdocs.fleet.member import Member, PublishedIndex
from sphinxext_opsdocs.fleet.plan import Task
from sphinxext_opsdocs.fleet.pool import published_index
from sphinxext_opsdocs.fleet.state import FleetState


def arguments_of(state: FleetState, task: Task) -> tuple[Member, dict[str, PublishedIndex]]:
    """The member and the published indexes of a task."""
    indexes = {
        origin: published_index(state.folder, location) for origin, location in task.indexes.items()
    }
    return Member(task.name, state.read(task.digest), task.index_address), indexes
