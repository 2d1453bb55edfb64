"""Blocks as nodes of docutils, for all builders but those of html."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from docutils import nodes

from sphinxext_opsdocs.ext.part_links import PartLinks
from sphinxext_opsdocs.reports.blocks import (
    Block,
    Cell,
    Chart,
    CoverageMap,
    Diagram,
    Fold,
    Group,
    Items,
    Line,
    Part,
    Rows,
)
from sphinxext_opsdocs.reports.table_model import Table

__all__ = ["block_nodes", "cell_nodes", "classes_of", "table_list", "table_node"]

PREFIX = "opsdocs-"
AROUND = {"removed": ("[-", "-]"), "added": ("{+", "+}")}
"""What stands around words that went and came, as in a difference that git shows by words."""
OWN_LINE = ("below", "entry", "break")
"""Styles that begin a new line within a cell."""


def classes_of(names: str) -> list[str]:
    """Our classes for the words of a name or style."""
    return [f"{PREFIX}{word}" for word in names.split()]


def block_nodes(block: Block, links: PartLinks) -> Iterator[nodes.Element]:
    """Yield the nodes of a block."""
    match block:
        case Line(cell=cell, name=name):
            yield nodes.paragraph("", "", *cell_nodes(cell, links), classes=classes_of(name))
        case Items(cells=()) | Rows(rows=()):
            return
        case Items(cells=cells, name=name):
            paragraphs = (nodes.paragraph("", "", *cell_nodes(cell, links)) for cell in cells)
            items = (nodes.list_item("", paragraph) for paragraph in paragraphs)
            yield nodes.bullet_list("", *items, bullet="*", classes=classes_of(name))
        case Rows(rows=rows, name=name):
            lines = [_row(part, cell, links) for part, cell in rows]
            yield nodes.bullet_list("", *lines, bullet="*", classes=classes_of(name))
        case Group(blocks=blocks) if links.is_plain:
            # without a container: man pages run its first paragraph into the one before it
            yield from _all(blocks, links)
        case Group(blocks=blocks, name=name):
            yield nodes.container("", *_all(blocks, links), classes=classes_of(name))
        case Fold(summary=summary, blocks=blocks, name=name):
            first = nodes.paragraph("", "", *cell_nodes(summary, links))
            yield nodes.container("", first, *_all(blocks, links), classes=classes_of(name))
        case Diagram() | CoverageMap():
            return  # a list or table says the same
        case Chart(days=days, series=series):
            last = ", ".join(f"{values[-1]} {links.text(part)}" for part, values in series[::-1])
            yield nodes.paragraph("", f"{days[-1]}: {last}")


def _all(blocks: Iterable[Block], links: PartLinks) -> Iterator[nodes.Element]:
    for block in blocks:
        yield from block_nodes(block, links)


def _row(part: Part, cell: Cell, links: PartLinks) -> nodes.list_item:
    name = nodes.strong("", f"{links.text(part)}:")
    content = [links.link(part, name), nodes.Text(" "), *cell_nodes(cell, links)]
    return nodes.list_item("", nodes.paragraph("", "", *content))


def cell_nodes(cell: Cell, links: PartLinks) -> Iterator[nodes.Node]:
    """Yield the parts of a cell, with one text in place of neighbouring ones."""
    text = ""
    for index, part in enumerate(cell):
        if part.kind == "bar":
            continue
        if index and part.style == "name":
            text += " "
        if index and _begins_line(part):
            text += ", " if part.style == "below" else "; "
        node = _part(part, links)
        if isinstance(node, nodes.Text):
            text += node
            continue
        if text:
            yield nodes.Text(text)
        text = ""
        yield node
    if text:
        yield nodes.Text(text)


def _begins_line(part: Part) -> bool:
    return part.style in OWN_LINE


def _part(part: Part, links: PartLinks) -> nodes.Node:
    shown = links.text(part)
    if part.style.startswith("badge"):
        shown = f"[{shown}]"
    if around := AROUND.get(part.style):
        shown = f"{around[0]}{shown}{around[1]}"
    if not part.kind and not part.style:
        return nodes.Text(shown)
    styled = nodes.strong if part.style == "strong" else nodes.inline
    content = styled("", shown, classes=classes_of(part.style))
    if part.anchor:
        content["ids"].append(part.anchor)
    if not part.kind and _begins_line(part):
        return nodes.Text(shown)
    return links.link(part, content)


def table_node(table: Table, kind: str, titles: Iterable[str], links: PartLinks) -> nodes.table:
    """A table; ``titles`` are those of its columns, as readers see them."""
    group = nodes.tgroup("", cols=len(table.columns))
    group += [nodes.colspec("", colwidth=width) for width in table.widths]
    heads = (nodes.entry("", nodes.paragraph("", title)) for title in titles)
    body = nodes.tbody("")
    for row in table.rows:
        cells = (nodes.entry("", *_paragraphs(cell, links)) for cell in row.cells)
        body += nodes.row("", *cells, classes=classes_of(row.mark))
    group += [nodes.thead("", nodes.row("", *heads)), body]
    # latex then keeps the widths, and breaks the table between pages
    classes = ["opsdocs-report", f"opsdocs-{kind}", "colwidths-given", "longtable"]
    return nodes.table("", group, classes=classes)


def table_list(table: Table, titles: Iterable[str], links: PartLinks) -> nodes.bullet_list:
    """The rows one after the other, a line for each cell.

    For text and man pages, which would break lines within ids.
    """
    names = list(titles)
    items = (
        nodes.list_item("", nodes.line_block("", *_lines(names, row.cells, links)))
        for row in table.rows
    )
    return nodes.bullet_list("", *items, bullet="*")


def _lines(
    names: list[str], cells: Iterable[Cell], links: PartLinks
) -> Iterator[nodes.line | nodes.line_block]:
    for name, cell in zip(names, cells, strict=True):
        first, *others = _segments(cell)
        if first:
            yield nodes.line("", "", nodes.Text(f"{name}: "), *cell_nodes(first, links))
        if others:
            lines = (nodes.line("", "", *cell_nodes(segment, links)) for segment in others)
            yield nodes.line_block("", *lines)


def _paragraphs(cell: Cell, links: PartLinks) -> Iterator[nodes.paragraph]:
    for segment in _segments(cell):
        yield nodes.paragraph("", "", *cell_nodes(segment, links))


def _segments(cell: Cell) -> Iterator[Cell]:
    """Yield each part that begins a line, with the parts that follow it."""
    starts = [i for i, part in enumerate(cell) if i and _begins_line(part)]
    for start, end in zip([0, *starts], [*starts, len(cell)], strict=True):
        yield cell[start:end]
