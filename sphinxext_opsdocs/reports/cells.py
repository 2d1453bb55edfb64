"""What tables are made of: parts with links, cells, rows; and the filters of rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct

from sphinxext_opsdocs.canonical.section import CanonicalSection
from sphinxext_opsdocs.config.globs import glob_matches
from sphinxext_opsdocs.config.schema import SpecDomain
from sphinxext_opsdocs.graph.graph import TraceabilityGraph

__all__ = [
    "DOCNAME_FILTERS",
    "Cell",
    "Filters",
    "Part",
    "Row",
    "Table",
    "is_wanted",
    "joined",
    "owner_names",
    "section_part",
    "text_cell",
]

DOCNAME_FILTERS = ("document", "specification")
"""Filters whose values are globs over docnames."""
Filters = Mapping[str, tuple[str, ...]]
"""Filter name -> the values it keeps."""


class Part(Struct, frozen=True, gc=False):
    """A piece of a cell: text, and what it links to."""

    text: str
    kind: str = ""
    """``doc``, ``canonical``, ``deviation``, ``url``, or empty for plain text."""
    target: str = ""


Cell = tuple[Part, ...]


class Row(Struct, frozen=True, gc=False):
    """One row; ``mark`` names what is wrong with it (``hole``, ``overdue``), if anything."""

    cells: tuple[Cell, ...]
    mark: str = ""


class Table(Struct, frozen=True):
    """Column titles and rows, in the order to show them."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def is_wanted(filters: Filters, **values: str | Iterable[str]) -> bool:
    """Whether every filter has one of the given values; those of docnames are globs."""
    for name, value in values.items():
        if wanted := filters.get(name):
            given = {value} if isinstance(value, str) else set(value)
            if name in DOCNAME_FILTERS:
                if not any(glob_matches(docname, wanted) for docname in given):
                    return False
            elif given.isdisjoint(wanted):
                return False
    return True


def text_cell(text: str) -> Cell:
    return (Part(text),)


def joined(parts: Iterable[Part], empty: str = "") -> Cell:
    joined: list[Part] = []
    for part in parts:
        joined += [Part(", "), part] if joined else [part]
    return tuple(joined) or ((Part(empty),) if empty else ())


def section_part(section: CanonicalSection) -> Part:
    return Part(section.id, "canonical", section.id)


def owner_names(graph: TraceabilityGraph, domains: Iterable[str]) -> list[str]:
    found: list[SpecDomain] = [graph.config.domains[key] for key in domains if key]
    return sorted({domain.owner for domain in found if domain.owner})
