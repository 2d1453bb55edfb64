"""The document inventory: every governed document with its owner, state and next review."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from msgspec import Struct

from sphinxext_opsdocs.config.lifecycle import Lifecycle
from sphinxext_opsdocs.facts.model import Header
from sphinxext_opsdocs.graph.ages import days_to_review
from sphinxext_opsdocs.graph.nodes import GovernedDocument
from sphinxext_opsdocs.reports.blocks import (
    Cell,
    Part,
    badge,
    deviation_part,
    doc_part,
    joined,
    phrase,
    styled,
    text_cell,
)
from sphinxext_opsdocs.reports.days import due_cell, due_order
from sphinxext_opsdocs.reports.filters import Filters, is_wanted
from sphinxext_opsdocs.reports.report import SORT, SORT_HELP, Chip, Report
from sphinxext_opsdocs.reports.table_model import Column

if TYPE_CHECKING:
    from sphinxext_opsdocs.graph.graph import TraceabilityGraph

__all__ = ["INVENTORY"]


class _Entry(Struct, frozen=True):
    """A governed document on the day of the report."""

    graph: TraceabilityGraph
    document: GovernedDocument
    references: int
    days: int | None
    """Until the next review."""

    @property
    def header(self) -> Header:
        return self.document.header

    @property
    def docname(self) -> str:
        return self.document.facts.docname


def _entries(graph: TraceabilityGraph, today: date, filters: Filters) -> Iterator[_Entry]:
    entries = [
        _Entry(
            graph,
            document,
            len(graph.edges_by_document.get(document.facts.docname, ())),
            days_to_review(document, today),
        )
        for document in graph.governed
    ]
    ranks = {name: rank for rank, name in enumerate(graph.classes)}
    entries.sort(
        key=lambda entry: (ranks.get(entry.header.document_class, len(ranks)), entry.docname)
    )
    for entry in entries:
        if is_wanted(
            filters,
            owner=entry.header.owners,
            status=entry.header.status,
            document=entry.docname,
            **{"class": entry.header.document_class},
        ):
            yield entry


def _document(entry: _Entry) -> Cell:
    return (doc_part(entry.docname, entry.document.facts.title),)


def _next_review(entry: _Entry) -> Cell:
    return due_cell(entry.days)


def _alerts(entry: _Entry) -> Cell:
    return text_cell(", ".join((*entry.header.service, *entry.header.alerts)))


def _open_deviations(entry: _Entry) -> Cell:
    deviations = entry.document.facts.deviations
    return joined(deviation_part(d.id) for d in deviations if d.state == "open" and d.id)


def _shown_document(entry: _Entry) -> Cell:
    owner = entry.graph.config.owner_name(*entry.header.owners)
    return *_document(entry), Part(owner, style="below")


def _class_title(entry: _Entry) -> Part:
    document_class = entry.document.document_class
    if not document_class:
        return Part(entry.header.document_class)
    return phrase(document_class.title)


def _shown_class(entry: _Entry) -> Cell:
    version = phrase("version {version}", version=entry.header.version)
    below = (styled(version, "below"),) if entry.header.version else ()
    return _class_title(entry), *below


def _shown_status(entry: _Entry) -> Cell:
    return (badge(entry.header.status),) if entry.header.status else ()


def _shown_review(entry: _Entry) -> Cell:
    reviewed = entry.header.last_reviewed
    below: Cell = ()
    if reviewed:
        below = (styled(phrase("reviewed {date}", date=reviewed), "below"),)
    return *_next_review(entry), *below


def _review_order(entry: _Entry) -> str:
    # an overdue review is a negative number of days
    return due_order(entry.days)


def _mark(entry: _Entry) -> str:
    if entry.days is not None and entry.days < 0:
        return "overdue"
    return ""


def _tags(entry: _Entry) -> Iterator[str]:
    if mark := _mark(entry):
        yield mark
    if _open_deviations(entry):
        yield "open"


INVENTORY = Report(
    "document-inventory",
    "every governed document by class, with its owner, state and next review",
    (
        Column("document", "Document", _document, _shown_document, width=7),
        Column(
            "class",
            "Class",
            lambda entry: text_cell(entry.header.document_class),
            _shown_class,
            width=5,
        ),
        Column("owner", "Owner", lambda entry: text_cell(", ".join(entry.header.owners))),
        Column(
            "status", "Status", lambda entry: (phrase(entry.header.status),), _shown_status, width=5
        ),
        Column("version", "Version", lambda entry: text_cell(entry.header.version)),
        Column("reviewed", "Last reviewed", lambda entry: text_cell(entry.header.last_reviewed)),
        Column("review", "Next review", _next_review, _shown_review, _review_order, width=4),
        Column("alerts", "Service and alerts", _alerts, width=6),
        Column(
            "references",
            "References",
            lambda entry: text_cell(str(entry.references)),
            order=lambda entry: f"{entry.references:06}",
        ),
        Column("open", "Open deviations", _open_deviations, width=4),
    ),
    {
        "class": "document classes",
        "owner": "owners",
        "status": ", ".join(Lifecycle),
        "document": "docname globs",
        SORT: SORT_HELP,
    },
    _entries,
    _mark,
    _tags,
    lambda _: (Chip("overdue", "Review overdue"), Chip("open", "With open deviations")),
)
