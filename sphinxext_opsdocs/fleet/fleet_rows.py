"""The rows of a report of a fleet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

__all__ = ["FleetRows"]


class FleetRows(Struct, frozen=True):
    """The rows of a report, and the names of its columns."""

    columns: tuple[str, ...]
    rows: Sequence[tuple[Any, ...]]
