"""The reports by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING

from sphinxext_opsdocs.config.classes import document_classes
from sphinxext_opsdocs.config.did_you_mean import one_of
from sphinxext_opsdocs.config.lifecycle import Lifecycle
from sphinxext_opsdocs.config.schema import Config
from sphinxext_opsdocs.facts.records import KINDS, RESULTS
from sphinxext_opsdocs.reports.alerts import ALERTS
from sphinxext_opsdocs.reports.debt import DEBT
from sphinxext_opsdocs.reports.filters import Filters
from sphinxext_opsdocs.reports.impact import IMPACT
from sphinxext_opsdocs.reports.inventory import INVENTORY
from sphinxext_opsdocs.reports.matrix import MATRIX
from sphinxext_opsdocs.reports.on_call import ON_CALL
from sphinxext_opsdocs.reports.register import REGISTER
from sphinxext_opsdocs.reports.report import COLUMNS, DESCENDING, SORT, Report
from sphinxext_opsdocs.reports.suspects import SUSPECTS
from sphinxext_opsdocs.reports.table_model import Table
from sphinxext_opsdocs.reports.verification import VERIFICATIONS

if TYPE_CHECKING:
    from sphinxext_opsdocs.graph.graph import TraceabilityGraph

__all__ = ["REPORTS", "ReportError", "make_table", "option_fault"]

REPORTS: Mapping[str, Report] = {
    "register": REGISTER,
    "matrix": MATRIX,
    "impact": IMPACT,
    "inventory": INVENTORY,
    "suspects": SUSPECTS,
    "debt": DEBT,
    "on-call": ON_CALL,
    "alerts": ALERTS,
    "verifications": VERIFICATIONS,
}
"""By the name that the command line uses."""


class ReportError(ValueError):
    """An option that a report does not have, or a value that the option does not allow."""


def make_table(kind: str, graph: TraceabilityGraph, today: date, options: Filters) -> Table:
    """The table of a report, as data. Raises ReportError for an option that it does not allow."""
    for name, values in options.items():
        if fault := option_fault(kind, graph.config, name, values):
            raise ReportError(fault)
    return REPORTS[kind].table(graph, today, options)


def option_fault(kind: str, config: Config, name: str, values: Iterable[str]) -> str:
    """The fault of an option of a report, as a message; empty for a valid one."""
    options = REPORTS[kind].options
    if name not in options:
        return f'no filter "{name}"; filters: {", ".join(options)}'
    allowed = _allowed_values(kind, name, config)
    if allowed is None:
        return ""
    for value in values:
        key = value.removeprefix(DESCENDING) if name == SORT else value
        if key not in allowed:
            if not allowed:
                return f'filter "{name}" has no allowed value: none is configured'
            return f'filter "{name}" must be {one_of(allowed)}, not "{value}"'
    return ""


def _allowed_values(kind: str, name: str, config: Config) -> tuple[str, ...] | None:
    """The values that an option allows; None for any text."""
    keys = tuple(column.key for column in REPORTS[kind].columns)
    allowed: dict[str, Iterable[str]] = {
        COLUMNS: keys,
        SORT: keys,
        "domain": config.domains,
        "state": ("open", "resolved"),
        "severity": config.deviations.age_limits,
        "class": document_classes(config),
        "status": Lifecycle,
        "result": RESULTS,
        "kind": KINDS,
    }
    if config.environments:
        allowed["environment"] = config.environments
    if name not in allowed:
        return None
    return tuple(allowed[name])
