"""The document inventory: every governed document with its owner, state and next review."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from msgspec import Struct

from sphinxext_opsdocs.config.lifecycle import Lifecycle
from sphinxext_opsdocs.facts.model import Header
from sphinxext_opsdocs.graph.nodes import GovernedDocument
from sphinxext_opsdocs.reports.filters import Filters, is_wanted
from sphinxext_opsdocs.reports.report import Report
from sphinxext_opsdocs.reports.table_model import (
    Cell,
    Column,
    deviation_part,
    doc_part,
    joined,
    phrase,
    text_cell,
)

if TYPE_CHECKING:
    from sphinxext_opsdocs.graph.graph import TraceabilityGraph

__all__ = ["INVENTORY", "days_to_review"]

NEVER = sys.maxsize
"""Sorts documents without a next review behind all others."""


class _Entry(Struct, frozen=True):
    """A governed document on the day of the report."""

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
    # a stable sort: documents of the same day stay in the order of classes and names
    if filters.get("sort") == ("review",):
        entries.sort(key=lambda entry: NEVER if entry.days is None else entry.days)
    for entry in entries:
        if is_wanted(
            filters,
            owner=entry.header.owner,
            status=entry.header.status,
            document=entry.docname,
            **{"class": entry.header.document_class},
        ):
            yield entry


def days_to_review(document: GovernedDocument, today: date) -> int | None:
    """Days until the next review is due, negative if overdue; None if none is due."""
    interval, reviewed = document.review_interval, document.header.last_reviewed
    if not interval or not reviewed:
        return None
    return interval - (today - date.fromisoformat(reviewed)).days


def _document(entry: _Entry) -> Cell:
    return (doc_part(entry.docname, entry.document.facts.title),)


def _next_review(entry: _Entry) -> Cell:
    if entry.days is None:
        return text_cell("")
    if entry.days < 0:
        return (phrase("{days} days ago", days=str(-entry.days)),)
    return (phrase("in {days} days", days=str(entry.days)),)


def _alerts(entry: _Entry) -> Cell:
    return text_cell(", ".join((*entry.header.service, *entry.header.alerts)))


def _open_deviations(entry: _Entry) -> Cell:
    deviations = entry.document.facts.deviations
    return joined(deviation_part(d.id) for d in deviations if d.state == "open" and d.id)


def _mark(entry: _Entry) -> str:
    if entry.days is not None and entry.days < 0:
        return "overdue"
    return ""


INVENTORY = Report(
    "document-inventory",
    "every governed document by class, with its owner, state and next review",
    (
        Column("document", "Document", _document),
        Column("class", "Class", lambda entry: text_cell(entry.header.document_class)),
        Column("owner", "Owner", lambda entry: text_cell(entry.header.owner)),
        Column("status", "Status", lambda entry: (phrase(entry.header.status),)),
        Column("version", "Version", lambda entry: text_cell(entry.header.version)),
        Column("reviewed", "Last reviewed", lambda entry: text_cell(entry.header.last_reviewed)),
        Column("next-review", "Next review", _next_review),
        Column("alerts", "Service and alerts", _alerts),
        Column("references", "References", lambda entry: text_cell(str(entry.references))),
        Column("open", "Open deviations", _open_deviations),
    ),
    {
        "class": "document classes",
        "owner": "owners",
        "status": ", ".join(Lifecycle),
        "document": "docname globs",
        "sort": "review: the most overdue first",
    },
    _entries,
    _mark,
)
