"""The reports of a fleet as tables, with the titles and links that readers see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sphinxext_opsdocs.fleet.reading import FleetRows
from sphinxext_opsdocs.reports.blocks import Cell, text_cell
from sphinxext_opsdocs.reports.table_model import Row, Table

__all__ = ["report_table"]

HIDDEN = frozenset({"index_address", "index_addresses"})
"""Columns that only data have."""
TITLES: Mapping[str, str] = {"owners": "owner", "message": "message"}


def report_table(rows: FleetRows, is_data: bool = True) -> Table:
    """Return rows as a table; without what only data have, if it is for readers."""
    shown = [index for index, name in enumerate(rows.columns) if is_data or name not in HIDDEN]
    titles = tuple(_title(rows.columns[index]) for index in shown)
    return Table(titles, tuple(Row(_cells(row, shown)) for row in rows.rows))


def _title(column: str) -> str:
    return TITLES.get(column, column).replace("_", " ")


def _cells(row: Sequence[Any], shown: Sequence[int]) -> tuple[Cell, ...]:
    return tuple(text_cell("" if row[index] is None else str(row[index])) for index in shown)
