"""The reports of a fleet as readers see them: few columns, with links and badges."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sphinxext_opsdocs.canonical.page_url import with_anchor
from sphinxext_opsdocs.config.schema import is_address
from sphinxext_opsdocs.fleet.fleet_rows import FleetRows
from sphinxext_opsdocs.fleet.queries import FINDINGS
from sphinxext_opsdocs.reports.blocks import (
    Cell,
    Chart,
    Part,
    badge,
    joined,
    phrase,
    styled,
    text_cell,
    url_part,
)
from sphinxext_opsdocs.reports.table_model import Column, Row, Table

__all__ = ["report_table", "trend_chart"]

FleetRow = Mapping[str, Any]
SHOWN_CHANGES = {"unreadable": "hole", "silent": "overdue"}
"""State of a repository -> the mark of its row."""


def report_table(name: str, report: FleetRows) -> Table:
    """Return the rows of a report as a table for readers."""
    columns = COLUMNS[name]
    shares = [column.width for column in columns]
    rows = [_row(columns, dict(zip(report.columns, row, strict=True))) for row in report.rows]
    return Table(
        tuple(column.title for column in columns),
        tuple(rows),
        tuple(round(100 * share / sum(shares)) for share in shares),
    )


def trend_chart(report: FleetRows) -> Chart | None:
    """Return the counts of each day as a picture; None of less than two days."""
    rows = [dict(zip(report.columns, row, strict=True)) for row in report.rows]
    if len(rows) < 2:
        return None
    series = (
        (badge("errors", "major"), tuple(row["errors"] for row in rows)),
        (badge("warnings", "minor"), tuple(row["warnings"] for row in rows)),
        (badge("known", "draft"), tuple(row["known"] for row in rows)),
    )
    return Chart(tuple(row["day"] for row in rows), series)


def _row(columns: tuple[Column[FleetRow], ...], row: FleetRow) -> Row:
    return Row(
        tuple(column.cell(row) for column in columns),
        SHOWN_CHANGES.get(str(row.get("state", "")), ""),
        orders=tuple(column.order(row) if column.order else "" for column in columns),
    )


def _value(name: str) -> Callable[[FleetRow], Cell]:
    """The text of a value."""
    return lambda row: text_cell(str(row[name]))


def _number(name: str) -> Callable[[FleetRow], Cell]:
    """A number."""
    return lambda row: text_cell(f"{row[name]:,}")


def _order(name: str) -> Callable[[FleetRow], str]:
    """What a column of numbers is sorted by."""
    return lambda row: f"{row[name] or 0:09}"


def _count(key: str, title: str, width: int = 2) -> Column[FleetRow]:
    return Column(key, title, _number(key), order=_order(key), width=width)


def _repository(row: FleetRow) -> Cell:
    return text_cell(row["repository"])


def _page(row: FleetRow) -> Cell:
    """The page with its link, and where in the repository it is."""
    place = f"{row['path']}:{row['line']}" if row["path"] else ""
    if not row["page"]:
        return text_cell(place)
    return (url_part(row["page"], _web(row["address"])), styled(Part(place), "below"))


def _deviation(row: FleetRow) -> Cell:
    address = _web(row["address"]) and with_anchor(row["address"], row["deviation"])
    return (url_part(row["deviation"], address), styled(Part(row["title"]), "below"))


def _severity(row: FleetRow) -> Cell:
    return (badge(row["severity"]),) if row["severity"] else ()


def _age(row: FleetRow) -> Cell:
    if row["state"] != "open":
        return (phrase("resolved"),)
    if row["days_open"] is None:
        return (phrase("open"),)
    return (phrase("{days} days", days=str(row["days_open"])),)


def _issues(row: FleetRow) -> Cell:
    return joined(_links(row["issues"]), phrase("none"))


def _links(listed: str) -> Iterator[Part]:
    """The issues of a list, each as it was written, with its address behind a blank."""
    for text in filter(None, listed.split(", ")):
        name, _, address = text.rpartition(" ")
        if name and is_address(address):
            yield url_part(name, address)
        else:
            yield url_part(text.rpartition("/")[2] if is_address(text) else text, _web(text))


def _web(text: str) -> str:
    return text if is_address(text) else ""


def _state(row: FleetRow) -> Cell:
    parts = [badge(row["state"], TONES.get(row["state"], ""))]
    if row.get("message"):
        parts.append(styled(Part(row["message"]), "below"))
    return tuple(parts)


def _section(row: FleetRow) -> Cell:
    shown = row["title"] or row["section"]
    return (url_part(shown, _web(row["address"])), styled(Part(row["section"]), "below"))


def _finding_severity(row: FleetRow) -> Cell:
    return (badge(row["severity"], TONES.get(row["severity"], "")),)


def _audience(row: FleetRow) -> Cell:
    return text_cell(row["audience"]) if row["audience"] else (phrase("everybody"),)


TONES = {
    "read": "canonical",
    "silent": "minor",
    "unreadable": "major",
    "error": "major",
    "warning": "minor",
    "info": "draft",
    "suspect": "minor",
    "moved": "minor",
    "not live": "minor",
    "unresolved": "major",
    "ambiguous": "major",
    "found": "canonical",
}
OWNER: Column[FleetRow] = Column("owners", "Owner", _value("owners"), width=3)
REPOSITORY: Column[FleetRow] = Column("repository", "Repository", _repository, width=4)
PAGE: Column[FleetRow] = Column("page", "Page", _page, width=6)
OPEN = _count("open_deviations", "Deviations", 3)
PAGES = _count("pages", "Pages")
COLUMNS: Mapping[str, tuple[Column[FleetRow], ...]] = {
    "repositories": (
        REPOSITORY,
        OWNER,
        Column("audience", "Audience", _audience, width=3),
        Column("state", "State", _state, width=5),
        Column("built", "Built", _value("built"), width=3),
        PAGES,
        _count("governed", "Governed", 3),
        _count("unchecked", "Not checked", 3),
    ),
    "totals": (
        Column("audience", "Audience", _audience, width=3),
        _count("repositories", "Repositories", 3),
        _count("read_today", "Read"),
        PAGES,
        OPEN,
        _count("errors", "Errors"),
        _count("warnings", "Warnings", 3),
    ),
    "scorecard": (
        REPOSITORY,
        OWNER,
        _count("errors", "Errors"),
        _count("warnings", "Warnings", 3),
        _count("known", "Known"),
        _count("suspects", "Suspect", 3),
        _count("gone", "Broken"),
        OPEN,
        _count("reviews_overdue", "Overdue", 3),
    ),
    "register": (
        Column("deviation", "Deviation", _deviation, width=7),
        REPOSITORY,
        Column("severity", "Severity", _severity, width=4),
        Column("days_open", "Open for", _age, order=_order("days_open"), width=3),
        Column("sections", "Sections", _value("sections"), width=7),
        Column("issues", "Issues", _issues, width=3),
        OWNER,
    ),
    "matrix": (
        Column("section", "Section", _section, width=6),
        REPOSITORY,
        OWNER,
        Column("status", "Status", _value("status"), width=3),
        _count("repositories", "Used by", 3),
        PAGES,
        _count("mentions", "References", 3),
        _count("suspects", "Suspect", 3),
        OPEN,
    ),
    "impact": (
        PAGE,
        REPOSITORY,
        Column("state", "State", _state, width=3),
        Column("deviation", "Deviation", _value("deviation"), width=2),
        OWNER,
    ),
    "trend": (
        Column("day", "Day", _value("day"), width=2),
        _count("errors", "Errors"),
        _count("warnings", "Warnings", 3),
        _count("notes", "Notes"),
        _count("known", "Known"),
    ),
    FINDINGS: (
        Column("severity", "Severity", _finding_severity, width=3),
        REPOSITORY,
        PAGE,
        Column("message", "Finding", _value("message"), width=9),
        OWNER,
    ),
}
"""By report; the title of each is translated on pages."""
