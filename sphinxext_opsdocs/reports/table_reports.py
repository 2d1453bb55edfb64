"""The reports by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING

from sphinxext_opsdocs.config.classes import document_classes
from sphinxext_opsdocs.config.did_you_mean import one_of
from sphinxext_opsdocs.config.lifecycle import Lifecycle
from sphinxext_opsdocs.config.schema import Config
from sphinxext_opsdocs.reports.debt import DEBT
from sphinxext_opsdocs.reports.filters import Filters
from sphinxext_opsdocs.reports.impact import IMPACT
from sphinxext_opsdocs.reports.inventory import INVENTORY
from sphinxext_opsdocs.reports.matrix import MATRIX
from sphinxext_opsdocs.reports.register import REGISTER
from sphinxext_opsdocs.reports.report import Report
from sphinxext_opsdocs.reports.table_model import Table

if TYPE_CHECKING:
    from sphinxext_opsdocs.graph.graph import TraceabilityGraph

__all__ = ["REPORTS", "ReportError", "filter_fault", "make_table"]

REPORTS: Mapping[str, Report] = {
    "register": REGISTER,
    "matrix": MATRIX,
    "impact": IMPACT,
    "inventory": INVENTORY,
    "debt": DEBT,
}
"""By the name that the command line uses."""


class ReportError(ValueError):
    """A filter that a report does not have, or a value that the filter does not allow."""


def make_table(kind: str, graph: TraceabilityGraph, today: date, filters: Filters) -> Table:
    """The table of a report. Raises ReportError for a filter that it does not allow."""
    for name, values in filters.items():
        if fault := filter_fault(kind, graph.config, name, values):
            raise ReportError(fault)
    return REPORTS[kind].table(graph, today, filters)


def filter_fault(kind: str, config: Config, name: str, values: Iterable[str]) -> str:
    """The fault of a filter of a report, as a message; empty for a valid filter."""
    filters = REPORTS[kind].filters
    if name not in filters:
        return f'no filter "{name}"; filters: {", ".join(filters)}'
    allowed = _allowed_values(name, config)
    if allowed is None:
        return ""
    for value in values:
        if value not in allowed:
            if not allowed:
                return f'filter "{name}" has no allowed value: none is configured'
            return f'filter "{name}" must be {one_of(allowed)}, not "{value}"'
    return ""


def _allowed_values(name: str, config: Config) -> tuple[str, ...] | None:
    """The values that a filter allows; None for any text."""
    allowed: dict[str, Iterable[str]] = {
        "domain": config.domains,
        "state": ("open", "resolved"),
        "severity": config.deviations.age_limits,
        "class": document_classes(config),
        "status": Lifecycle,
        "sort": ("review",),
    }
    if name not in allowed:
        return None
    return tuple(allowed[name])
