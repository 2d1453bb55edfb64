"""DuckDB over the tables of a fleet: the only place that knows it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import gettempdir
from typing import TYPE_CHECKING, Any

from sphinxext_opsdocs.fleet.schema import columns_of

if TYPE_CHECKING:
    import duckdb

__all__ = [
    "LARGEST_ROW",
    "Database",
    "DatabaseError",
    "ExtraMissingError",
    "empty",
    "from_json",
    "from_parquet",
    "names_in",
    "quoted_text",
]

LARGEST_ROW = 1024 * 1024
"""Bytes of a row as JSON."""
MEMORY = "2GB"
"""What it may use before it writes intermediate results to disk."""


class DatabaseError(Exception):
    """Why a query has no answer."""


class ExtraMissingError(DatabaseError):
    """The extra that brings the database is not installed."""

    def __init__(self) -> None:
        super().__init__('a fleet needs the extra: pip install "sphinxext-opsdocs[fleet]"')


class Database:
    """One connection, with tables in Parquet as views."""

    def __init__(self, threads: int = 2, memory: str = MEMORY) -> None:
        """Raises ExtraMissingError."""
        try:
            import duckdb
        except ImportError:
            raise ExtraMissingError from None
        self._error: type[Exception] = duckdb.Error
        self._connection: duckdb.DuckDBPyConnection = duckdb.connect(
            config={
                "threads": threads,
                "memory_limit": memory,
                "preserve_insertion_order": False,
                # what does not fit the memory; processes that build pages at once each have theirs
                "temp_directory": str(Path(gettempdir(), f"opsdocs-{os.getpid()}")),
            }
        )
        # it would go to standard output, among the report
        self.run("SET enable_progress_bar = false")

    def view(self, table: str, paths: Iterable[Path], where: str = "") -> None:
        """Make a view of some files of a table; without files, an empty one."""
        files = [str(path) for path in paths]
        rows = f"SELECT * FROM read_parquet({_listed(files)})" if files else empty(table)
        condition = f" WHERE {where}" if where else ""
        self.run(f"CREATE OR REPLACE TEMP VIEW {table} AS SELECT * FROM ({rows}) AS t{condition}")

    def run(self, sql: str, values: Sequence[Any] = ()) -> None:
        """Run a statement. Raises DatabaseError."""
        self._execute(sql, values)

    def rows(self, sql: str, values: Sequence[Any] = ()) -> tuple[list[str], list[tuple[Any, ...]]]:
        """Return the names of the columns of a query, and its rows."""
        result = self._execute(sql, values)
        return [column[0] for column in result.description], result.fetchall()

    def columns(self, sql: str) -> list[tuple[str, str]]:
        """Return name and type of each column of a query."""
        rows = self._execute(f"DESCRIBE {sql}").fetchall()
        return [(str(row[0]), str(row[1])) for row in rows]

    def write(self, sql: str, path: Path) -> None:
        """Write the rows of a query as Parquet."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.run(f"COPY ({sql}) TO {quoted_text(str(path))} (FORMAT parquet, COMPRESSION zstd)")

    def _execute(self, sql: str, values: Sequence[Any] = ()) -> duckdb.DuckDBPyConnection:
        try:
            return self._connection.execute(sql, values)
        except self._error as error:
            raise DatabaseError(f"the database cannot do this: {error}") from None

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def empty(table: str) -> str:
    """Return a query for the columns of a table without rows."""
    columns = (f"CAST(NULL AS {kind}) AS {name}" for name, kind in columns_of(table).items())
    return f"SELECT {', '.join(columns)} LIMIT 0"


def from_json(table: str, paths: Iterable[Path]) -> str:
    """Return a query for the rows of a table in files with one row a line, as JSON."""
    columns = ", ".join(f"{name}: {quoted_text(kind)}" for name, kind in columns_of(table).items())
    files = _listed(str(path) for path in paths)
    return (
        f"SELECT * FROM read_json({files}, format='newline_delimited', columns={{{columns}}}, "
        f"maximum_object_size={2 * LARGEST_ROW})"
    )


def from_parquet(path: Path) -> str:
    """Return a query for the rows in a file."""
    return f"SELECT * FROM read_parquet({quoted_text(str(path))})"


def quoted_text(text: str) -> str:
    """Return a text as SQL has it."""
    return "'" + text.replace("'", "''") + "'"


def _listed(texts: Iterable[str]) -> str:
    return f"[{', '.join(map(quoted_text, texts))}]"


def names_in(names: Iterable[str]) -> str:
    """Return a list of texts to compare a column with; nothing is in an empty one."""
    return f"({', '.join(map(quoted_text, names)) or 'NULL'})"
