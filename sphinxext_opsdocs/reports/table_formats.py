"""Tables as CSV, JSON and Markdown."""

import csv
import io
import re
from collections.abc import Callable, Mapping
from urllib.parse import quote

from sphinxext_opsdocs.findings.escaping import markdown_text
from sphinxext_opsdocs.findings.finding import printable
from sphinxext_opsdocs.reports.blocks import Cell, Part
from sphinxext_opsdocs.reports.indented_json import indented_json
from sphinxext_opsdocs.reports.table_model import Table

__all__ = ["TABLE_FORMATS"]

FORMULA_START = re.compile(r"\A(?=[=+\-@\t\r\n])")
"""The start of text that spreadsheets run: https://owasp.org/www-community/attacks/CSV_Injection"""


def _plain(cell: Cell) -> str:
    return printable("".join(part.text for part in cell))


def _csv(table: Table) -> str:
    """RFC 4180, with an apostrophe in front of text that could be a formula."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(table.columns)
    for row in table.rows:
        writer.writerow([FORMULA_START.sub("'", _plain(cell)) for cell in row.cells])
    return file.getvalue()


def _json(table: Table) -> str:
    """An array with an object for each row; its keys are the column titles."""
    rows = [
        dict(zip(table.columns, map(_plain, row.cells), strict=True)) | {"mark": row.mark}
        for row in table.rows
    ]
    return indented_json(rows)


def _markdown(table: Table) -> str:
    """A pipe table (GitHub Flavored Markdown); only addresses become links."""
    lines = [table.columns, ("---",) * len(table.columns)]
    lines += [tuple(_markdown_cell(cell) for cell in row.cells) for row in table.rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def _markdown_cell(cell: Cell) -> str:
    # what pages show on a line of its own
    texts = (
        f"{', ' if index and part.style == 'below' else ''}{_markdown_part(part)}"
        for index, part in enumerate(cell)
    )
    return "".join(texts)


def _markdown_part(part: Part) -> str:
    text = markdown_text(part.text)
    if part.kind != "url":
        return text
    return f"[{text}](<{_address(part.target)}>)"


def _address(url: str) -> str:
    # the characters that end an address in <...>, or a cell
    return re.sub(r"[<>|\s\x00-\x1f\x7f]", lambda char: quote(char[0]), url)


TABLE_FORMATS: Mapping[str, Callable[[Table], str]] = {
    "csv": _csv,
    "json": _json,
    "markdown": _markdown,
}
