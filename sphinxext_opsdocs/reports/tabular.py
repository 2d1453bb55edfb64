"""Tables as CSV, JSON and Markdown."""

import csv
import io
import re
from collections.abc import Callable, Mapping

import msgspec

from sphinxext_opsdocs.findings.finding import printable
from sphinxext_opsdocs.reports.cells import Cell, Table

__all__ = ["TABLE_FORMATS"]


def _plain(cell: Cell) -> str:
    return printable("".join(part.text for part in cell))


def _csv(table: Table) -> str:
    """RFC 4180, with text that a spreadsheet would take for a formula marked as text.

    https://owasp.org/www-community/attacks/CSV_Injection
    """
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(table.columns)
    for row in table.rows:
        writer.writerow([re.sub(r"\A(?=[=+\-@\t\r\n])", "'", _plain(cell)) for cell in row.cells])
    return file.getvalue()


def _json(table: Table) -> str:
    """An array with an object per row, by column title."""
    rows = [
        dict(zip(table.columns, map(_plain, row.cells), strict=True)) | {"mark": row.mark}
        for row in table.rows
    ]
    return msgspec.json.format(msgspec.json.encode(rows), indent=1).decode("utf-8") + "\n"


def _markdown(table: Table) -> str:
    """A pipe table (GitHub Flavored Markdown); links only where the target is an address."""
    lines = [table.columns, ("---",) * len(table.columns)]
    lines += [tuple(_markdown_cell(cell) for cell in row.cells) for row in table.rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def _markdown_cell(cell: Cell) -> str:
    return "".join(
        f"[{_escaped(part.text)}](<{_address(part.target)}>)"
        if part.kind == "url"
        else _escaped(part.text)
        for part in cell
    )


def _escaped(text: str) -> str:
    return re.sub(r"([\\`*_\[\]<>|~&])", r"\\\1", printable(re.sub(r"\s+", " ", text)))


def _address(url: str) -> str:
    return url.replace("<", "%3C").replace(">", "%3E").replace("|", "%7C").replace(" ", "%20")


TABLE_FORMATS: Mapping[str, Callable[[Table], str]] = {
    "csv": _csv,
    "json": _json,
    "markdown": _markdown,
}
