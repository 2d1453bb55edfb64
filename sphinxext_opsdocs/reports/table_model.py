"""The elements of tables: parts with links, cells, rows and columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Generic, TypeVar

from msgspec import Struct

from sphinxext_opsdocs.canonical.section import CanonicalSection

if TYPE_CHECKING:
    from sphinxext_opsdocs.graph.graph import TraceabilityGraph

__all__ = [
    "Cell",
    "Column",
    "Part",
    "Row",
    "Table",
    "deviation_part",
    "doc_part",
    "joined",
    "owner_names",
    "phrase",
    "section_part",
    "text_cell",
    "url_part",
]

Item = TypeVar("Item")


# gc=False: a register has thousands of parts, and no part can be in a reference cycle
class Part(Struct, frozen=True, gc=False):
    """A piece of a cell: text, with the target of its link."""

    text: str
    kind: str = ""
    """``doc``, ``canonical``, ``deviation``, ``url``, or empty for plain text."""
    target: str = ""
    template: str = ""
    """The English message of the text, if pages show it translated."""
    values: tuple[tuple[str, str], ...] = ()
    """Names and values of the template's fields."""


Cell = tuple[Part, ...]


class Row(Struct, frozen=True, gc=False):
    """One row; ``mark`` is its fault, ``hole`` or ``overdue``, and empty for a sound row."""

    cells: tuple[Cell, ...]
    mark: str = ""


class Column(Struct, Generic[Item], frozen=True):
    """One column of a report: all that is needed to add it."""

    key: str
    """Its name in options and data."""
    title: str
    """English; pages show it translated."""
    cell: Callable[[Item], Cell]


class Table(Struct, frozen=True):
    """Column titles and rows, in the order to show them."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def phrase(template: str, **values: str) -> Part:
    """A text that pages show translated: ``phrase("in {days} days", days="3")``."""
    text = template.format_map(values) if values else template
    return Part(text, template=template, values=tuple(sorted(values.items())))


def text_cell(text: str) -> Cell:
    """A cell with plain text."""
    return (Part(text),)


def doc_part(docname: str, text: str = "") -> Part:
    """A link to a page; its text is the docname if none is given."""
    return Part(text or docname, "doc", docname)


def deviation_part(number: str) -> Part:
    """A link to a deviation by its id."""
    return Part(number, "deviation", number)


def url_part(text: str, url: str) -> Part:
    """A link to an address; plain text if the address is empty."""
    if not url:
        return Part(text)
    return Part(text, "url", url)


def section_part(section: CanonicalSection) -> Part:
    """A link to a canonical section; its text is the section's id."""
    return Part(section.id, "canonical", section.id)


def joined(parts: Iterable[Part], empty: Part | None = None) -> Cell:
    """The parts with commas between them; ``empty`` if there are none."""
    cell: list[Part] = []
    for part in parts:
        if cell:
            cell.append(Part(", "))
        cell.append(part)
    if not cell and empty:
        cell.append(empty)
    return tuple(cell)


def owner_names(graph: TraceabilityGraph, domain_keys: Iterable[str]) -> list[str]:
    """The keys of the owners of some spec domains, sorted."""
    spec_domains = (graph.config.domains[key] for key in domain_keys if key)
    return sorted({spec_domain.owner for spec_domain in spec_domains if spec_domain.owner})
