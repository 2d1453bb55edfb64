"""Reads what a fleet serves: the rows of reports, of what an audience may see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sphinxext_opsdocs.config.did_you_mean import did_you_mean
from sphinxext_opsdocs.fleet.database import Database, from_parquet, names_in, quoted_text
from sphinxext_opsdocs.fleet.fleet_findings import fleet_findings_query
from sphinxext_opsdocs.fleet.fleet_rows import FleetRows
from sphinxext_opsdocs.fleet.generation import Generation, current, table_paths
from sphinxext_opsdocs.fleet.queries import query
from sphinxext_opsdocs.fleet.schema import TABLES, columns_of
from sphinxext_opsdocs.fleet.settings import STATE_FOLDER, FleetSettings, read_fleet

__all__ = ["DATA_FORMATS", "NothingServedError", "Served", "open_fleet"]

UNRESTRICTED = ("owners",)
"""Tables that only answer whether somebody exists."""
VISIBLE = "repository IN (SELECT repository FROM visible)"
DATA_FORMATS: Mapping[str, str] = {
    "csv": "FORMAT csv, HEADER",
    "json": "FORMAT json, ARRAY true",
    "parquet": "FORMAT parquet, COMPRESSION zstd",
}
"""With the options of COPY."""
CONTROLS = r"[\x00-\x08\x0b-\x1f\x7f]"
"""Characters that a terminal would act on."""
FORMULA_START = r"^([=+@\t\r\n-])"
"""What spreadsheets run: https://owasp.org/www-community/attacks/CSV_Injection"""


class NothingServedError(Exception):
    """Nothing can be read yet, or a filter names nothing that is there."""


class Served:
    """The generation that is served, to one audience.

    Filters of its reports are ``owner``, ``repository``, ``domain`` (a repository that publishes
    specifications, or the address of its index) and ``section``. Every method with filters raises
    NothingServedError for one that the report does not have, or that names nothing.
    """

    def __init__(self, generation: Generation, settings: FleetSettings, audience: str) -> None:
        """Raises ExtraMissingError."""
        self.generation = generation
        self._database = Database()
        for table in TABLES:
            self._database.view(table, table_paths(generation, table))
        sql = "SELECT repository, owner, audience FROM repositories"
        served = {name: (owner, shown) for name, owner, shown in self._database.rows(sql)[1]}
        self._is_changed = served != {
            name: (each.owner, each.audience) for name, each in settings.repositories.items()
        }
        if audience:
            self._keep_visible(settings, audience)

    def __enter__(self) -> Served:
        return self

    def __exit__(self, *_: object) -> None:
        self._database.close()

    def rows(
        self, name: str, filters: Mapping[str, str] | None = None, limit: int | None = None
    ) -> FleetRows:
        """Return the rows of a report, or the first ones."""
        text, values = self._filtered(name, filters or {})
        if limit is not None:
            text += f" LIMIT {limit}"
        names, rows = self._database.rows(text, values)
        return FleetRows(tuple(names), rows)

    def count(self, name: str, filters: Mapping[str, str] | None = None) -> int:
        """Return the number of rows of a report."""
        text, values = self._filtered(name, filters or {})
        ((count,),) = self._database.rows(f"SELECT count(*) FROM ({text})", values)[1]
        return int(count)

    def export(
        self, name: str, path: Path, format_name: str, filters: Mapping[str, str] | None = None
    ) -> None:
        """Write a report as ``csv``, ``json`` or ``parquet``.

        The rows do not pass through Python: a register can have millions of them.
        """
        text, values = self._filtered(name, filters or {}, is_csv=format_name == "csv")
        options = DATA_FORMATS[format_name]
        self._database.run(f"COPY ({text}) TO {quoted_text(str(path))} ({options})", values)

    def standing(self) -> str:
        """Return how much of the fleet was read, as "997 of 1,000 repositories read, 2026-11-26".

        A repository that is shown as it was earlier is not read.
        """
        sql = "SELECT count(*) FILTER (state <> 'unreadable'), count(*) FROM repositories"
        ((read, every),) = self._database.rows(sql)[1]
        ((day,),) = self._database.rows("SELECT day FROM fleet")[1]
        text = f"{read:,} of {every:,} repositories read, {day}"
        if self._is_changed:
            text += '; fleet.toml has changed since, run "opsdocs fleet refresh"'
        return text

    def unresolved(self) -> int:
        """Return the number of references that may lead to any section.

        They are unresolved, or to an index that no repository of the fleet publishes.
        """
        sql = (
            "SELECT count(*) FROM canonical_references r "
            "LEFT JOIN checks c ON c.index_address = r.index_address AND c.index_address <> '' "
            "WHERE r.section = '' OR c.repository IS NULL AND r.index_address <> ''"
        )
        ((count,),) = self._database.rows(sql)[1]
        return int(count)

    def owners(self) -> list[str]:
        """Return the owners of pages and repositories, sorted."""
        sql = (
            "SELECT owner FROM page_owners UNION SELECT owner FROM repositories WHERE owner <> '' "
            "ORDER BY owner"
        )
        return [str(owner) for (owner,) in self._database.rows(sql)[1]]

    def publishers(self) -> list[str]:
        """Return the repositories that publish specifications, sorted."""
        sql = "SELECT repository FROM checks WHERE index_address <> '' ORDER BY repository"
        return [str(name) for (name,) in self._database.rows(sql)[1]]

    def _keep_visible(self, settings: FleetSettings, audience: str) -> None:
        """Leave out what an audience may not see, also in counts and in findings of the fleet."""
        is_visible = f"audience IN ('', {quoted_text(audience)})"
        # fleet.toml may have become stricter since the tables were written
        names = names_in(
            name
            for name, repository in settings.repositories.items()
            if repository.audience in ("", audience)
        )
        (repositories,) = table_paths(self.generation, "repositories")
        self._database.run(
            f"CREATE TEMP TABLE visible AS SELECT repository FROM ({from_parquet(repositories)}) "
            f"WHERE {is_visible} AND repository IN {names}"
        )
        for table in TABLES:
            columns = columns_of(table)
            if "repository" in columns and table not in UNRESTRICTED:
                self._database.view(table, table_paths(self.generation, table), VISIBLE)
            elif "audience" in columns:
                self._database.view(table, table_paths(self.generation, table), is_visible)
        # the stored ones may name a repository that is not visible
        findings = fleet_findings_query(settings)
        self._database.run(f"CREATE OR REPLACE TEMP VIEW fleet_findings AS {findings}")

    def _filtered(
        self, name: str, filters: Mapping[str, str], is_csv: bool = False
    ) -> tuple[str, list[Any]]:
        """The query of a report with filters, and its values."""
        sql = query(name)
        types = dict(self._database.columns(sql))
        conditions: list[str] = []
        values: list[Any] = []
        for key, value in filters.items():
            condition, given = self._condition(name, list(types), key, value)
            conditions.append(condition)
            values += given
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        shown = [
            _safe_in_csv(column) if is_csv and kind == "VARCHAR" else column
            for column, kind in types.items()
        ]
        # the order of the query, which a database may give up in an outer one
        numbered = f"SELECT *, row_number() OVER () AS place_ FROM ({sql}\n)"
        text = f"SELECT {', '.join(shown)} FROM ({numbered}){where} ORDER BY place_"
        return text, values

    def _condition(
        self, name: str, columns: Sequence[str], key: str, value: str
    ) -> tuple[str, list[Any]]:
        if key == "owner" and "owners" in columns:
            self._refuse_unknown("owner", value, self.owners())
            return "list_contains(string_split(owners, ', '), ?)", [value]
        if key == "repository" and "repository" in columns:
            sql = "SELECT repository FROM repositories"
            names = [str(name) for (name,) in self._database.rows(sql)[1]]
            self._refuse_unknown("repository", value, names)
            return "repository = ?", [value]
        if key == "domain" and "index_address" in columns:
            return "index_address = ?", [self._index_of(value)]
        if key == "domain" and "index_addresses" in columns:
            return (
                "list_contains(string_split(index_addresses, ', '), ?)",
                [self._index_of(value)],
            )
        if key == "section" and {"section", "index_address"} <= set(columns):
            return "(index_address = ? AND section = ?)", list(self._section(value))
        raise NothingServedError(f'"{name}" cannot be filtered by {key}')

    def _refuse_unknown(self, key: str, value: str, known: Sequence[str]) -> None:
        # an empty report would say that all is well
        if value not in known:
            raise NothingServedError(f'no {key} "{value}" in the fleet{did_you_mean(value, known)}')

    def _index_of(self, value: str) -> str:
        """The address of the index of a repository, or that address itself."""
        sql = "SELECT repository, index_address FROM checks WHERE index_address <> ''"
        by_name = dict(self._database.rows(sql)[1])
        if value in by_name.values():
            return value
        if value in by_name:
            return str(by_name[value])
        hint = did_you_mean(value, by_name)
        raise NothingServedError(f'no repository "{value}" publishes specifications{hint}')

    def _section(self, text: str) -> tuple[str, str]:
        """The identity of a section, given by repository and name, by its label or address."""
        repository, _, name = text.partition(":")
        # the last one is the form of an ambiguous one in the message below
        sql = (
            "SELECT index_address, section FROM sections WHERE label = $1 AND label <> '' "
            "OR address = $1 OR repository = $2 AND ($3 IN (section, label) "
            "OR ends_with(section, '/' || $3)) OR index_address || ' ' || section = $1"
        )
        matches = sorted(set(self._database.rows(sql, [text, repository, name])[1]))
        if len(matches) == 1:
            return matches[0]
        if matches:
            names = ", ".join(f'"{address} {section}"' for address, section in matches)
            raise NothingServedError(f'"{text}" is ambiguous; name one of: {names}')
        sql = (
            "SELECT repository || ':' || section FROM sections "
            "UNION SELECT repository || ':' || label FROM sections WHERE label <> ''"
        )
        known = [str(each) for (each,) in self._database.rows(sql)[1]]
        raise NothingServedError(
            f'no repository publishes a section "{text}"{did_you_mean(text, known, 3)}; name it as '
            "REPOSITORY:page#anchor, or by its label"
        )


def open_fleet(folder: Path, audience: str = "") -> Served:
    """Return what the fleet in a folder serves: to an audience, or everything.

    Raises NothingServedError, DatabaseError and ConfigurationError.
    """
    settings = read_fleet(folder)
    generation = current(folder / STATE_FOLDER)
    if generation is None:
        raise NothingServedError('nothing has been fetched yet; run "opsdocs fleet refresh"')
    return Served(generation, settings, audience)


def _safe_in_csv(column: str) -> str:
    """The value of a column without what a terminal or a spreadsheet would run."""
    plain = f"regexp_replace({column}, {quoted_text(CONTROLS)}, '', 'g')"
    guarded = f"regexp_replace({plain}, {quoted_text(FORMULA_START)}, {quoted_text(QUOTED_GROUP)})"
    return f"{guarded} AS {column}"


QUOTED_GROUP = r"'\1"
