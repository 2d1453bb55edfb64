"""The elements of tables: cells, rows and columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Generic, TypeVar

from msgspec import Struct

from sphinxext_opsdocs.reports.blocks import Cell

if TYPE_CHECKING:
    from sphinxext_opsdocs.graph.graph import TraceabilityGraph

__all__ = ["Column", "Row", "Table", "owner_names"]

Item = TypeVar("Item")


class Row(Struct, frozen=True, gc=False):
    """One row; ``mark`` is its fault, ``hole`` or ``overdue``, and empty for a sound row."""

    cells: tuple[Cell, ...]
    mark: str = ""
    tags: tuple[str, ...] = ()
    """What readers can filter it by; empty for data."""
    orders: tuple[str, ...] = ()
    """What its cells are sorted by, empty for one that is sorted by its text; none for data."""


class Column(Struct, Generic[Item], frozen=True):
    """One column of a report: all that is needed to add it."""

    key: str
    """Its name in options and data."""
    title: str
    """English; pages show it translated."""
    cell: Callable[[Item], Cell]
    """What data contain."""
    shown: Callable[[Item], Cell] | None = None
    """What pages show, if that is more than the data."""
    order: Callable[[Item], str] | None = None
    """What pages sort the column by, if that is not its text."""
    width: int = 0
    """Share of the width of a page; 0 for a column that pages show only if somebody asks for it."""


class Table(Struct, frozen=True):
    """Titles of columns and rows, in the order to show them."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    widths: tuple[int, ...] = ()
    """Percent of the width of a page, for each column; empty for data."""


def owner_names(graph: TraceabilityGraph, domain_keys: Iterable[str]) -> list[str]:
    """The keys of the owners of some spec domains, sorted."""
    spec_domains = (graph.config.domains[key] for key in domain_keys if key)
    return sorted({spec_domain.owner for spec_domain in spec_domains if spec_domain.owner})
