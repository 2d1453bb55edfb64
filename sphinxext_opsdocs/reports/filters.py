"""Filters of report rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sphinxext_opsdocs.config.globs import glob_matches

__all__ = ["DOCNAME_FILTERS", "Filters", "is_wanted"]

DOCNAME_FILTERS = ("document", "specification")
"""Filters whose values are globs over docnames."""
Filters = Mapping[str, tuple[str, ...]]
"""Filter name -> the values it keeps."""


def is_wanted(filters: Filters, **values: str | Iterable[str]) -> bool:
    """Whether every filter contains one of the given values; docnames match as globs."""
    return all(
        _keeps(name, wanted, _as_set(value))
        for name, value in values.items()
        if (wanted := filters.get(name))
    )


def _as_set(value: str | Iterable[str]) -> set[str]:
    if isinstance(value, str):
        return {value}
    return set(value)


def _keeps(name: str, wanted: tuple[str, ...], values: set[str]) -> bool:
    if name in DOCNAME_FILTERS:
        return any(glob_matches(docname, wanted) for docname in values)
    return not values.isdisjoint(wanted)
