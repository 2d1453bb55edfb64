"""From the rows of checks to a new generation of tables: only buckets with changes are written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from datetime import date, timedelta
from pathlib import Path

import msgspec

from sphinxext_opsdocs.fleet.database import (
    Database,
    empty,
    from_json,
    from_parquet,
    names_in,
    quoted_text,
)
from sphinxext_opsdocs.fleet.generation import BUCKETS, Generation, bucket_of, link, table_paths
from sphinxext_opsdocs.fleet.rows import Row
from sphinxext_opsdocs.fleet.schema import BUCKETED

__all__ = ["Staging", "build_tables"]

LIFETIMES = "lifetimes"
FINDINGS_OF_DAY = """
SELECT f.repository, f.fingerprint, min(f.rule) AS rule, min(f.severity) AS severity,
  coalesce(min(o.owner), '') AS owner
FROM findings f
LEFT JOIN page_owners o ON o.repository = f.repository AND o.page = f.page
WHERE f.state <> 'suppressed'
GROUP BY f.repository, f.fingerprint
"""
NEXT_LIFETIMES = """
SELECT n.repository, n.fingerprint, n.rule, n.severity, n.owner,
  coalesce(l.first_day, {day}) AS first_day, '' AS last_day
FROM ({now}) n
LEFT JOIN (SELECT * FROM lifetimes WHERE last_day = '') l
  ON l.repository = n.repository AND l.fingerprint = n.fingerprint
UNION ALL
SELECT l.repository, l.fingerprint, l.rule, l.severity, l.owner, l.first_day, {day} AS last_day
FROM lifetimes l
LEFT JOIN ({now}) n ON n.repository = l.repository AND n.fingerprint = l.fingerprint
WHERE l.last_day = '' AND n.fingerprint IS NULL
UNION ALL
SELECT * FROM lifetimes WHERE last_day >= {oldest}
"""
COUNTS = """
SELECT {day} AS day, r.audience, f.owner, f.rule, f.severity, f.state,
  CAST(count(*) AS INTEGER) AS findings
FROM (
  SELECT f.repository, f.fingerprint, min(f.rule) AS rule, min(f.severity) AS severity,
    min(f.state) AS state, coalesce(min(o.owner), '') AS owner
  FROM findings f
  LEFT JOIN page_owners o ON o.repository = f.repository AND o.page = f.page
  GROUP BY f.repository, f.fingerprint
) f
JOIN repositories r ON r.repository = f.repository
GROUP BY ALL
UNION ALL SELECT {day}, '', '', '', 'info', 'new', 0
"""


class Staging:
    """The rows of one pass of checks, as they come: a file for each table and bucket."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.names: set[str] = set()

    def add(self, name: str, rows: Mapping[str, bytes]) -> None:
        """Add the rows of a repository."""
        self.names.add(name)
        for table, lines in rows.items():
            path = self._path(table, bucket_of(name))
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("ab") as file:
                file.write(lines)

    def query(self, table: str, bucket: int, superseded: Set[str]) -> str:
        """Return a query for its rows in a bucket, but those of some repositories; or nothing."""
        path = self._path(table, bucket)
        if not path.is_file():
            return ""
        return f"{from_json(table, [path])} WHERE repository NOT IN {names_in(superseded or {''})}"

    def _path(self, table: str, bucket: int) -> Path:
        return self.folder / table / f"{bucket:02}.jsonl"


def build_tables(
    database: Database,
    generation: Generation,
    before: Generation | None,
    passes: list[Staging],
    members: Set[str],
) -> None:
    """Write the tables with buckets: rows of today's checks, and else those of before.

    ``passes`` are in order: a later one has the rows of a repository that an earlier one has too.
    Rows of repositories that are no members any more are left out.
    """
    fresh = {name for staging in passes for name in staging.names}
    before_names = set((keys.keys if (keys := before.read_keys()) else {}) if before else {})
    changed = {bucket_of(name) for name in fresh | (before_names - members)}
    for bucket in range(BUCKETS):
        for table in BUCKETED:
            target = generation.bucket(table, bucket)
            old = before.bucket(table, bucket) if before else None
            if bucket not in changed:
                if old and old.is_file():
                    link(old, target)
                continue
            parts = [query for query in _fresh_rows(passes, members, table, bucket) if query]
            if old and old.is_file():
                kept = names_in(members - fresh)
                parts.append(f"{from_parquet(old)} WHERE repository IN {kept}")
            if parts:
                database.write(" UNION ALL ".join(parts), target)


def _fresh_rows(passes: list[Staging], members: Set[str], table: str, bucket: int) -> Iterable[str]:
    for index, staging in enumerate(passes):
        later = {name for other in passes[index + 1 :] for name in other.names}
        # one that was checked can still have failed in a later pass
        yield staging.query(table, bucket, later | (staging.names - members))


def build_history(
    database: Database,
    generation: Generation,
    before: Generation | None,
    fresh: Set[str],
    day: date,
    keep_days: int,
) -> None:
    """Write the lifetimes of findings, and how many there are on this day."""
    oldest = quoted_text((day - timedelta(days=keep_days)).isoformat())
    today = quoted_text(day.isoformat())
    changed = {bucket_of(name) for name in fresh}
    for bucket in range(BUCKETS):
        target = generation.bucket(LIFETIMES, bucket)
        old = before.bucket(LIFETIMES, bucket) if before else None
        if bucket not in changed:
            if old and old.is_file():
                link(old, target)
            continue
        _view(database, "findings", generation.bucket("findings", bucket))
        _view(database, "page_owners", generation.bucket("page_owners", bucket))
        _view(database, LIFETIMES, old)
        query = NEXT_LIFETIMES.format(now=FINDINGS_OF_DAY, day=today, oldest=oldest)
        database.write(query, target)
    for earlier in before.days() if before else ():
        if earlier != day.isoformat() and quoted_text(earlier) >= oldest:
            assert before
            link(before.history(earlier), generation.history(earlier))
    for table in ("findings", "page_owners", "repositories"):
        database.view(table, table_paths(generation, table))
    database.write(COUNTS.format(day=today), generation.history(day.isoformat()))


def _view(database: Database, table: str, path: Path | None) -> None:
    database.view(table, [path] if path and path.is_file() else [])


def write_rows(
    database: Database,
    generation: Generation,
    table: str,
    rows: Iterable[Row],
    staging: Path,
) -> None:
    """Write a table without buckets."""
    lines = msgspec.json.Encoder().encode_lines(list(rows))
    if not lines:
        database.write(empty(table), generation.whole(table))
        return
    path = staging / f"{table}.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(lines)
    database.write(from_json(table, [path]), generation.whole(table))
