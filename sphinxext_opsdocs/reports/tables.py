"""The reports, as tables of text and links that every output writes out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import get_args

from msgspec import Struct

from sphinxext_opsdocs.config.classes import document_classes
from sphinxext_opsdocs.config.schema import Config, Status
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.reports.cells import Filters, Row, Table
from sphinxext_opsdocs.reports.debt import debt_rows
from sphinxext_opsdocs.reports.impact import impact_rows
from sphinxext_opsdocs.reports.inventory import inventory_rows
from sphinxext_opsdocs.reports.matrix import matrix_rows
from sphinxext_opsdocs.reports.register import register_rows

__all__ = ["REPORTS", "Report", "ReportError", "filter_fault", "make_table"]


class ReportError(ValueError):
    """A filter that a report does not take, or a value that the filter does not take."""


class Report(Struct, frozen=True):
    """One kind of report: its directive, its filters, and what makes its rows."""

    directive: str
    summary: str
    columns: tuple[str, ...]
    filters: Mapping[str, str]
    """Filter name -> what it keeps; values are separated by commas."""
    rows: Callable[[TraceabilityGraph, date, Filters], Iterable[Row]]


def make_table(kind: str, graph: TraceabilityGraph, today: date, filters: Filters) -> Table:
    """The table of a report. Raises ReportError for a filter that it does not take."""
    report = REPORTS[kind]
    for name, values in filters.items():
        if fault := filter_fault(kind, graph.config, name, values):
            raise ReportError(fault)
    return Table(report.columns, tuple(report.rows(graph, today, filters)))


def filter_fault(kind: str, config: Config, name: str, values: Iterable[str]) -> str:
    """What is wrong with a filter of a report; empty when nothing is."""
    filters = REPORTS[kind].filters
    if name not in filters:
        return f'no filter "{name}", allowed: {", ".join(filters)}'
    known: dict[str, Iterable[str]] = {
        "domain": config.domains,
        "state": ("open", "resolved"),
        "severity": config.deviations.age_limits,
        "class": document_classes(config),
        "status": get_args(Status),
        "sort": ("review",),
    }
    for value in values:
        if name in known and value not in known[name]:
            allowed = ", ".join(known[name]) or "none is configured"
            return f'filter "{name}": "{value}" is not allowed, only {allowed}'
    return ""


REPORTS: Mapping[str, Report] = {
    "register": Report(
        "deviation-register",
        "every observed deviation, the worst and oldest open one first",
        ("Deviation", "Observed", "Severity", "State", "Since", "Age (days)",
         "Diverges from", "Issues", "Owner", "Page", "Last seen", "Resolved", "Days to resolve"),
        {
            "domain": "spec domains that it diverges from",
            "state": "open, resolved",
            "severity": "severities",
            "owner": "owners of the spec domains",
            "document": "docname globs",
        },
        register_rows,
    ),
    "matrix": Report(
        "traceability-matrix",
        "canonical sections and the documents that depend on them, with the holes on both sides",
        ("Canonical section", "Title", "Status", "Documents", "Open deviations", "Resolved"),
        {"domain": "spec domains", "document": "docname globs"},
        matrix_rows,
    ),
    "impact": Report(
        "canonical-impact",
        "canonical sections and all that depends on them, also through other sections",
        ("Canonical section", "Page", "Where", "Deviation", "Owner", "Through"),
        {
            "section": "canonical sections, as targets",
            "domain": "spec domains",
            "specification": "docname globs over the pages of the sections",
            "document": "docname globs over the pages that depend",
            "owner": "owners of the pages that depend",
        },
        impact_rows,
    ),
    "inventory": Report(
        "document-inventory",
        "every governed document by class, with its owner, state and next review",
        ("Document", "Class", "Owner", "Status", "Version", "Last reviewed", "Next review",
         "Service and alerts", "References", "Open deviations"),
        {
            "class": "document classes",
            "owner": "owners",
            "status": "Draft, Canonical, Deprecated, Archived",
            "document": "docname globs",
            "sort": "review: the most overdue first",
        },
        inventory_rows,
    ),
    "debt": Report(
        "baseline-debt",
        "known findings of the baseline by rule and owner, the oldest first",
        ("Rule", "Owner", "Findings", "Oldest", "Age (days)", "Pages"),
        {"rule": "rules", "owner": "owners of the pages", "document": "docname globs"},
        debt_rows,
    ),
}  # fmt: skip
"""By the name that the command line uses."""
