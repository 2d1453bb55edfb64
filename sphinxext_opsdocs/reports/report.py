"""The parts of a report: its columns, its filters and its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from sphinxext_opsdocs.reports.filters import Filters
from sphinxext_opsdocs.reports.table_model import Cell, Column, Row, Table

if TYPE_CHECKING:
    from sphinxext_opsdocs.graph.graph import TraceabilityGraph

__all__ = ["Report", "no_mark"]


def no_mark(_item: Any) -> str:
    """The mark of a report whose rows are never at fault."""
    return ""


class Report(Struct, frozen=True):
    """One kind of report: each of its items becomes a row, by the functions of its columns."""

    directive: str
    summary: str
    columns: tuple[Column[Any], ...]
    filters: Mapping[str, str]
    """Filter name -> what it keeps; values are separated by commas."""
    items: Callable[[TraceabilityGraph, date, Filters], Iterable[Any]]
    """In the order to show them."""
    mark: Callable[[Any], str] = no_mark

    @property
    def titles(self) -> tuple[str, ...]:
        """The titles of the columns."""
        return tuple(column.title for column in self.columns)

    def table(self, graph: TraceabilityGraph, today: date, filters: Filters) -> Table:
        """The whole table; equal rows are shown once."""
        rows = (
            Row(self._cells(item), self.mark(item)) for item in self.items(graph, today, filters)
        )
        return Table(self.titles, tuple(dict.fromkeys(rows)))

    def _cells(self, item: Any) -> tuple[Cell, ...]:
        return tuple(column.cell(item) for column in self.columns)
