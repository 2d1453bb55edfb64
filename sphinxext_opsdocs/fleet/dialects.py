"""The queries of a fleet as other engines have them."""

from __future__ import annotations

from sphinxext_opsdocs.config.did_you_mean import did_you_mean
from sphinxext_opsdocs.fleet.queries import query

__all__ = ["DialectError", "translated"]

OURS = "duckdb"


class DialectError(Exception):
    """Why a query cannot be translated."""


def translated(name: str, dialect: str) -> str:
    """Return a query in the SQL of another engine. Raises DialectError."""
    if dialect == OURS:
        return query(name)
    try:
        import sqlglot
    except ImportError:
        raise DialectError(
            'other dialects need the extra: pip install "sphinxext-opsdocs[fleet-sql]"'
        ) from None
    known = {each.value: each for each in sqlglot.Dialects if each.value}
    if dialect not in known:
        hint = did_you_mean(dialect, known)
        raise DialectError(f'no dialect "{dialect}"{hint}; known: {", ".join(sorted(known))}')
    (text,) = sqlglot.transpile(query(name), read=OURS, write=dialect, pretty=True)
    return text
