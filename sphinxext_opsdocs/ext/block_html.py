"""Blocks as html: fewer and better elements than docutils has nodes for, in a tenth of the time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from html import escape

from sphinxext_opsdocs.ext.chart_svg import chart_svg
from sphinxext_opsdocs.ext.coverage_svg import coverage_svg
from sphinxext_opsdocs.ext.diagram_svg import diagram_svg
from sphinxext_opsdocs.ext.part_links import PartLinks
from sphinxext_opsdocs.markup.phrases import translate, translate_count
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
from sphinxext_opsdocs.reports.report import Chip
from sphinxext_opsdocs.reports.table_model import Row, Table

__all__ = ["block_html", "cell_html", "table_html"]

ROWS_AT_ONCE = 50
"""Rows that a page of a table shows."""
WIDEST = 60
"""Percent; the style sheet has a class for each even number up to it."""
ELEMENTS = {"strong": "strong", "below": "small", "name": "small", "removed": "del", "added": "ins"}
"""The element of a style that html has one for."""
BAR_WIDTH, BAR_HEIGHT = 80, 6


def block_html(block: Block, links: PartLinks) -> str:
    """The html of a block."""
    match block:
        case Line(cell=cell, name=name):
            return f"<p{_class(name)}>{cell_html(cell, links)}</p>\n"
        case Items(cells=()) | Rows(rows=()):
            return ""
        case Items(cells=cells, name=name):
            items = "".join(f"<li>{cell_html(cell, links)}</li>\n" for cell in cells)
            return f"<ul{_class(name)}>\n{items}</ul>\n"
        case Rows(rows=rows, name=name):
            lines = "".join(
                f"<div><dt>{_part(part, links)}</dt><dd>{cell_html(cell, links)}</dd></div>\n"
                for part, cell in rows
            )
            return f"<dl{_class(name)}>\n{lines}</dl>\n"
        case Group(blocks=blocks, name=name):
            return f"<div{_class(name)}>\n{_all(blocks, links)}</div>\n"
        case Fold(summary=summary, blocks=blocks, name=name):
            line = f"<summary>{cell_html(summary, links)}</summary>\n"
            return f"<details{_class(name)}>{line}{_all(blocks, links)}</details>\n"
        case Diagram():
            return diagram_svg(block, links)
        case Chart():
            return chart_svg(block, links)
        case CoverageMap():
            return coverage_svg(block, links)


def _all(blocks: Iterable[Block], links: PartLinks) -> str:
    return "".join(block_html(block, links) for block in blocks)


def _class(names: str) -> str:
    if not names:
        return ""
    return f' class="{" ".join(f"opsdocs-{name}" for name in names.split())}"'


def cell_html(cell: Cell, links: PartLinks) -> str:
    """The html of the parts of a cell."""
    html = ""
    for index, part in enumerate(cell):
        if index and part.style == "entry" and cell[index - 1].style != "below":
            html += "<br/>"
        html += _part(part, links)
    return html


def _part(part: Part, links: PartLinks) -> str:
    if part.kind == "bar":
        return _bar(part.target)
    if part.style == "break":
        return "<br/>"
    text = escape(links.text(part))
    address = links.address(part) if part.kind else ""
    own = _class("" if part.style in ELEMENTS or part.style == "entry" else part.style)
    anchor = f' id="{escape(part.anchor)}"' if part.anchor else ""
    if address:
        return f'<a{own} href="{escape(address)}"{anchor}>{text}</a>'
    if element := ELEMENTS.get(part.style):
        return f"<{element}>{text}</{element}>"
    if own or anchor:
        return f"<span{own}{anchor}>{text}</span>"
    return text


def _bar(share: str) -> str:
    """How much of something is used up, as a picture of the words before it."""
    used, _, whole = share.partition("/")
    width = max(min(int(used) / max(int(whole), 1), 1), 0) * BAR_WIDTH
    return (
        f' <svg class="opsdocs-bar" width="{BAR_WIDTH}" height="{BAR_HEIGHT}" aria-hidden="true">'
        f'<rect width="{BAR_WIDTH}" height="{BAR_HEIGHT}" rx="3"/>'
        f'<rect class="opsdocs-used" width="{width:.0f}" height="{BAR_HEIGHT}" rx="3"/></svg>'
    )


def table_html(
    table: Table,
    kind: str,
    titles: Iterable[str],
    chips: Iterable[Chip],
    links: PartLinks,
    has_script: bool,
) -> str:
    """A table that a script can filter and sort, and that is whole without it."""
    heads = "".join(f'<th scope="col" data-type="text">{escape(t)}</th>' for t in titles)
    columns = "".join(
        f'<col class="opsdocs-w{min(width // 2 * 2, WIDEST)}"/>' for width in table.widths
    )
    caption = escape(translate_count("{count} row", "{count} rows", len(table.rows)))
    used = {tag for row in table.rows for tag in row.tags}
    shown = [chip for chip in chips if chip.tag in used]
    tags = [chip.tag for chip in shown]
    rows = "".join(_row(row, links, tags) for row in table.rows)
    scripted, data = "", ""
    if has_script:
        scripted, data = " NEEDS_DATATABLES opsdocs-waits", _table_data(shown)
    return (
        f'<div class="opsdocs-tables"><table class="opsdocs-report opsdocs-{kind}{scripted}"'
        f"{data}>\n"
        f"<caption>{caption}</caption>\n<colgroup>{columns}</colgroup>\n"
        f"<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}</tbody></table></div>\n"
    )


def _table_data(chips: Iterable[Chip]) -> str:
    labels = {
        "search": translate("Filter"),
        "rowsPerPage": translate("Rows"),
        "all": translate("All"),
        "columns": translate("Columns"),
        "copy": translate("Copy"),
        "csv": translate("CSV of what is shown"),
        "info": translate("{start}–{end} of {total}"),
        "empty": translate("No row matches"),
        "pagination": translate("Pages of the table"),
        "previous": translate("Previous"),
        "next": translate("Next"),
        "sort": translate("Sort by {column}"),
    }
    # a row names its switches by their numbers, which are the same in every language
    switches = [[translate(chip.title), chip.group] for chip in chips]
    values = {
        "data-needstable-labels": json.dumps(labels, ensure_ascii=False),
        "data-needstable-page-size": str(ROWS_AT_ONCE),
        "data-needstable-page-sizes": f"25,{ROWS_AT_ONCE},0",
        "data-opsdocs-chips": json.dumps(switches, ensure_ascii=False),
    }
    return "".join(f' {name}="{escape(value)}"' for name, value in values.items())


def _row(row: Row, links: PartLinks, tags: Sequence[str]) -> str:
    numbers = " ".join(str(tags.index(tag)) for tag in row.tags if tag in tags)
    data = f' data-tags="{numbers}"' if numbers else ""
    return f"<tr{_class(row.mark)}{data}>{''.join(_cells(row, links))}</tr>\n"


def _cells(row: Row, links: PartLinks) -> Iterator[str]:
    for cell, order in zip(row.cells, row.orders, strict=True):
        # the script compares the numbers that texts begin with
        is_text = order.isdecimal() and cell and cell[0].text.startswith(str(int(order)))
        by = f' data-sort="{escape(order)}"' if order and not is_text else ""
        yield f"<td{by}>{cell_html(cell, links)}</td>"
