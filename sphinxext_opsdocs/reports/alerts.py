"""The addresses of pages by alert: what a repository of alert rules can check itself against."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from msgspec import Struct

from sphinxext_opsdocs.config.lifecycle import Lifecycle
from sphinxext_opsdocs.facts.model import Header
from sphinxext_opsdocs.graph.nodes import GovernedDocument
from sphinxext_opsdocs.reports.addresses import page_address
from sphinxext_opsdocs.reports.blocks import (
    Cell,
    Part,
    badge,
    doc_part,
    phrase,
    text_cell,
    url_part,
)
from sphinxext_opsdocs.reports.filters import Filters, is_wanted
from sphinxext_opsdocs.reports.report import SORT, SORT_HELP, Report
from sphinxext_opsdocs.reports.table_model import Column

if TYPE_CHECKING:
    from sphinxext_opsdocs.graph.graph import TraceabilityGraph

__all__ = ["ALERTS"]


class _Entry(Struct, frozen=True):
    """A page that names an alert in its header."""

    graph: TraceabilityGraph
    alert: str
    document: GovernedDocument

    @property
    def header(self) -> Header:
        return self.document.header

    @property
    def docname(self) -> str:
        return self.document.facts.docname


def _entries(graph: TraceabilityGraph, _today: date, filters: Filters) -> Iterator[_Entry]:
    named = sorted(
        (alert, document.facts.docname)
        for document in graph.governed
        for alert in document.header.alerts
        if document.header.status != Lifecycle.ARCHIVED
    )
    for alert, docname in named:
        entry = _Entry(graph, alert, graph.governed_by_name[docname])
        if is_wanted(
            filters,
            alert=alert,
            service=entry.header.service,
            owner=entry.header.owners,
            status=entry.header.status,
            document=docname,
            **{"class": entry.header.document_class},
        ):
            yield entry


def _page(entry: _Entry) -> Cell:
    return (doc_part(entry.docname, entry.document.facts.title),)


def _address(entry: _Entry) -> Cell:
    address = page_address(entry.graph, entry.docname)
    return (url_part(address, address),) if address else text_cell(entry.docname)


def _shown_status(entry: _Entry) -> Cell:
    return (badge(entry.header.status),) if entry.header.status else ()


ALERTS = Report(
    "alert-addresses",
    "the address to write into the rule of each alert that a page names",
    (
        Column(
            "alert",
            "Alert",
            lambda entry: text_cell(entry.alert),
            lambda entry: (Part(entry.alert, style="id"),),
            width=5,
        ),
        Column("address", "Address", _address, width=8),
        Column("page", "Page", _page, width=5),
        Column(
            "status", "Status", lambda entry: (phrase(entry.header.status),), _shown_status, width=3
        ),
        Column("class", "Class", lambda entry: text_cell(entry.header.document_class)),
        Column("service", "Service", lambda entry: text_cell(", ".join(entry.header.service))),
        Column("owner", "Owner", lambda entry: text_cell(", ".join(entry.header.owners))),
    ),
    {
        "alert": "alerts",
        "service": "services",
        "class": "document classes",
        "owner": "owners",
        "status": ", ".join(Lifecycle),
        "document": "docname globs",
        SORT: SORT_HELP,
    },
    _entries,
)
