"""The document inventory: every governed document with its owner, state and next review."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sphinxext_opsdocs.graph.graph import GovernedDocument, TraceabilityGraph
from sphinxext_opsdocs.reports.cells import (
    Filters,
    Part,
    Row,
    is_wanted,
    joined,
    text_cell,
)

__all__ = ["days_to_review", "inventory_rows"]


def inventory_rows(graph: TraceabilityGraph, today: date, filters: Filters) -> Iterator[Row]:
    rank = {name: index for index, name in enumerate(graph.classes)}

    def order(document: GovernedDocument) -> tuple[int, str]:
        return rank.get(document.header.document_class, len(rank)), document.facts.docname

    by_review = filters.get("sort") == ("review",)
    documents = [(days_to_review(d, today), d) for d in sorted(graph.governed, key=order)]
    if by_review:
        documents.sort(key=lambda pair: 10**6 if pair[0] is None else pair[0])
    for days, document in documents:
        header, name = document.header, document.facts.docname
        if not is_wanted(
            filters,
            owner=header.owner,
            status=header.status,
            document=name,
            **{"class": header.document_class},
        ):
            continue
        due = "" if days is None else f"in {days} days" if days >= 0 else f"{-days} days ago"
        opened = [d.id for d in document.facts.deviations if d.state == "open" and d.id]
        yield Row(
            (
                (Part(document.facts.title or name, "doc", name),),
                text_cell(header.document_class),
                text_cell(header.owner),
                text_cell(header.status),
                text_cell(header.version),
                text_cell(header.last_reviewed),
                text_cell(due),
                text_cell(", ".join((*header.service, *header.alerts))),
                text_cell(str(len(graph.edges_by_document.get(name, ())))),
                joined(Part(number, "deviation", number) for number in opened),
            ),
            "overdue" if days is not None and days < 0 else "",
        )


def days_to_review(document: GovernedDocument, today: date) -> int | None:
    """Days until the next review is due, negative when overdue; None when none is due."""
    interval, reviewed = document.review_interval, document.header.last_reviewed
    if not interval or not reviewed:
        return None
    return interval - (today - date.fromisoformat(reviewed)).days
