"""The parts of a report: its columns, its filters and its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from sphinxext_opsdocs.config.schema import Config
from sphinxext_opsdocs.reports.blocks import Cell
from sphinxext_opsdocs.reports.filters import Filters
from sphinxext_opsdocs.reports.table_model import Column, Row, Table

if TYPE_CHECKING:
    from sphinxext_opsdocs.graph.graph import TraceabilityGraph

__all__ = ["COLUMNS", "DESCENDING", "SORT", "SORT_HELP", "Chip", "Report", "no_mark", "no_tags"]

COLUMNS, SORT = "columns", "sort"
"""Options of every report besides its filters: the keys of columns, and the one to sort by."""
SORT_HELP = "columns to sort by; with - before one, its last value first"
DESCENDING = "-"
"""Before the key of a column: the last value first."""


def no_mark(_item: Any) -> str:
    """The mark of a report whose rows are never at fault."""
    return ""


def no_tags(_item: Any) -> Iterator[str]:
    """The tags of a report whose rows nobody filters by."""
    yield from ()


class Chip(Struct, frozen=True):
    """A switch above a table that keeps the rows with a tag."""

    tag: str
    title: str
    """English; pages show it translated."""
    group: str = ""
    """Of switches of one group, each adds rows; those of different groups must all hold."""


def no_chips(_config: Config) -> Iterator[Chip]:
    """The switches of a report whose rows nobody filters by tags."""
    yield from ()


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
    tags: Callable[[Any], Iterable[str]] = no_tags
    chips: Callable[[Config], Iterable[Chip]] = no_chips
    later_filters: Mapping[str, str] = {}
    """Filters added later. The message on an unknown option does not list them: a baseline knows a
    finding by its message."""

    @property
    def options(self) -> Mapping[str, str]:
        """The filters, and what else decides how the table looks."""
        keys = ", ".join(column.key for column in self.columns)
        return {
            **self.filters,
            **self.later_filters,
            COLUMNS: f"columns, in this order: {keys}",
            SORT: SORT_HELP,
        }

    def table(self, graph: TraceabilityGraph, today: date, options: Filters) -> Table:
        """The whole table as data; equal rows are shown once."""
        columns = self._chosen(options) or self.columns
        rows = (
            Row(tuple(column.cell(item) for column in columns), self.mark(item))
            for item in self._items(graph, today, options)
        )
        return Table(tuple(column.title for column in columns), tuple(dict.fromkeys(rows)))

    def page_table(self, graph: TraceabilityGraph, today: date, options: Filters) -> Table:
        """The table as pages show it: few columns that contain much."""
        columns = self._chosen(options) or tuple(filter(_is_shown, self.columns))
        rows = (
            Row(
                tuple((column.shown or column.cell)(item) for column in columns),
                self.mark(item),
                tuple(self.tags(item)),
                tuple(column.order(item) if column.order else "" for column in columns),
            )
            for item in self._items(graph, today, options)
        )
        shares = [column.width or DEFAULT_SHARE for column in columns]
        widths = tuple(round(100 * share / sum(shares)) for share in shares)
        titles = tuple(column.title for column in columns)
        return Table(titles, tuple(dict.fromkeys(rows)), widths)

    def _chosen(self, options: Filters) -> tuple[Column[Any], ...]:
        by_key = {column.key: column for column in self.columns}
        return tuple(by_key[key] for key in dict.fromkeys(options.get(COLUMNS, ())))

    def _items(self, graph: TraceabilityGraph, today: date, options: Filters) -> Iterable[Any]:
        items = self.items(graph, today, options)
        for text in reversed(options.get(SORT, ())):
            key = text.removeprefix(DESCENDING)
            column = next(column for column in self.columns if column.key == key)
            items = sorted(
                items,
                key=lambda item, column=column: _order(column, item),  # type: ignore[misc]
                reverse=text.startswith(DESCENDING),
            )
        return items


DEFAULT_SHARE = 3


def _is_shown(column: Column[Any]) -> bool:
    return column.width > 0


def _order(column: Column[Any], item: Any) -> str:
    if column.order:
        return column.order(item)
    cell: Cell = column.cell(item)
    return "".join(part.text for part in cell).casefold()
