"""The on-call index: the pages to open for an alert, and what is known to be off there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from msgspec import Struct

from sphinxext_opsdocs.config.lifecycle import Lifecycle
from sphinxext_opsdocs.config.schema import Owner
from sphinxext_opsdocs.facts.model import Deviation, Header, Verification
from sphinxext_opsdocs.graph.ages import days_to_review
from sphinxext_opsdocs.graph.nodes import GovernedDocument
from sphinxext_opsdocs.graph.on_call import AlertPages, Target, find_alert_pages
from sphinxext_opsdocs.reports.addresses import page_address
from sphinxext_opsdocs.reports.blocks import (
    Cell,
    Part,
    badge,
    deviation_part,
    doc_part,
    joined,
    phrase,
    place_part,
    styled,
    text_cell,
    url_part,
)
from sphinxext_opsdocs.reports.filters import Filters, is_wanted
from sphinxext_opsdocs.reports.last_result import failure_part
from sphinxext_opsdocs.reports.report import SORT, SORT_HELP, Chip, Report
from sphinxext_opsdocs.reports.severities import severity_badge, severity_order
from sphinxext_opsdocs.reports.table_model import Column

if TYPE_CHECKING:
    from sphinxext_opsdocs.graph.graph import TraceabilityGraph

__all__ = ["ON_CALL", "OnCallEntry"]


class OnCallEntry(Struct, frozen=True):
    """What somebody opens for an alert, on the day of the report."""

    graph: TraceabilityGraph
    pages: AlertPages
    today: date

    @property
    def alert(self) -> str:
        """Empty for the pages of a service that name no alert."""
        return self.pages.alert

    @property
    def targets(self) -> tuple[Target, ...]:
        """The pages, with anchors."""
        return self.pages.targets

    @property
    def headers(self) -> Sequence[Header]:
        """Of its pages."""
        return [document.header for document in self.pages.documents]

    @property
    def deviations(self) -> Sequence[Deviation]:
        """The open ones of all its pages, the worst first."""
        config = self.graph.config
        return sorted(self.pages.deviations, key=lambda each: severity_order(config, each))

    @property
    def failures(self) -> Sequence[Verification]:
        """The last drill of each page, if it did not pass."""
        return [each for page in self.pages.documents if (each := page.last_failure)]

    @property
    def is_overdue(self) -> bool:
        """Whether the review of one of its pages is."""
        days = (days_to_review(document, self.today) for document in self.pages.documents)
        return any(left is not None and left < 0 for left in days)

    def address(self, target: Target) -> str:
        """Return the address of a page; empty if nobody says where pages are published."""
        return page_address(self.graph, target.document.facts.docname, target.anchor)

    def contacts(self, document: GovernedDocument) -> Iterator[str]:
        """Yield how to reach the owners of a page."""
        for key in document.header.owners:
            if contact := self.graph.config.owners.get(key, Owner()).contact:
                yield contact


def _entries(graph: TraceabilityGraph, today: date, filters: Filters) -> Iterator[OnCallEntry]:
    for pages in find_alert_pages(graph):
        entry = OnCallEntry(graph, pages, today)
        if is_wanted(
            filters,
            alert=entry.alert,
            service=pages.services,
            owner=[owner for header in entry.headers for owner in header.owners],
            status=[header.status for header in entry.headers],
            document=[document.facts.docname for document in pages.documents],
            **{"class": [header.document_class for header in entry.headers]},
        ):
            yield entry


def _each(entry: OnCallEntry, field: str) -> Cell:
    """The values of a field of all pages, one for each."""
    return joined(Part(getattr(header, field)) for header in entry.headers)


def _pages(entry: OnCallEntry) -> Cell:
    return joined([*map(_page, entry.targets), *_elsewhere(entry)])


def _page(target: Target, text: str = "") -> Part:
    docname = target.document.facts.docname
    if target.anchor:
        return place_part(docname, target.anchor, text or f"{docname}#{target.anchor}")
    return doc_part(docname, text)


def _elsewhere(entry: OnCallEntry) -> Iterator[Part]:
    if address := entry.pages.elsewhere:
        yield url_part(address, address)


def _addresses(entry: OnCallEntry) -> Cell:
    own = (url_part(each, each) for target in entry.targets if (each := entry.address(target)))
    return joined([*own, *_elsewhere(entry)])


def _owners(entry: OnCallEntry) -> Cell:
    owners = [owner for header in entry.headers for owner in header.owners]
    return text_cell(", ".join(dict.fromkeys(owners)))


def _contacts(entry: OnCallEntry) -> Cell:
    found = [each for page in entry.pages.documents for each in entry.contacts(page)]
    return text_cell(", ".join(dict.fromkeys(found)))


def _shown_alert(entry: OnCallEntry) -> Cell:
    if not entry.alert:
        return (phrase("no alert"),)
    return (Part(entry.alert, style="id"),)


def _shown_pages(entry: OnCallEntry) -> Cell:
    cell: list[Part] = []
    for target in entry.targets:
        facts = target.document.facts
        cell.append(styled(_page(target, facts.title or facts.docname), "entry"))
        cell += _about(entry, target.document)
    cell += [styled(part, "entry") for part in _elsewhere(entry)]
    return tuple(cell) or (phrase("no page"),)


def _about(entry: OnCallEntry, document: GovernedDocument) -> Iterator[Part]:
    """The state of a page, its class, review, owner and contact."""
    header = document.header
    if header.status:
        yield Part(" ")
        yield badge(header.status)
    title = document.document_class.title if document.document_class else header.document_class
    yield styled(phrase(title), "below")
    if header.last_reviewed:
        yield styled(phrase("reviewed {date}", date=header.last_reviewed), "below")
    owner = entry.graph.config.owner_name(*header.owners)
    yield Part(" · ".join(filter(None, (owner, *entry.contacts(document)))), style="below")


def _off(entry: OnCallEntry) -> Cell:
    failures = map(failure_part, entry.failures)
    return joined([*failures, *(deviation_part(each.id) for each in entry.deviations if each.id)])


def _shown_off(entry: OnCallEntry) -> Cell:
    cell: list[Part] = []
    for failure in entry.failures:
        cell += [Part("", style="break")] if cell else []
        cell.append(failure_part(failure))
    for deviation in entry.deviations:
        cell += [Part("", style="break")] if cell else []
        if deviation.severity:
            cell += [severity_badge(entry.graph.config, deviation.severity), Part(" ")]
        if deviation.id:
            cell += [deviation_part(deviation.id), Part(" ")]
        cell.append(Part(deviation.title))
    return tuple(cell) or (phrase("nothing known"),)


def _mark(entry: OnCallEntry) -> str:
    if not (entry.targets or entry.pages.elsewhere):
        return "hole"
    return "overdue" if entry.is_overdue else ""


def _tags(entry: OnCallEntry) -> Iterator[str]:
    if mark := _mark(entry):
        yield mark
    if entry.deviations or entry.failures:
        yield "off"


ON_CALL = Report(
    "on-call-index",
    "alerts, the page to open for each, and what is known to be off there",
    (
        Column("alert", "Alert", lambda entry: text_cell(entry.alert), _shown_alert, width=6),
        Column("page", "Page", _pages, _shown_pages, width=7),
        Column("off", "Known to be off", _off, _shown_off, width=6),
        Column(
            "service", "Service", lambda entry: text_cell(", ".join(entry.pages.services)), width=3
        ),
        Column("class", "Class", lambda entry: _each(entry, "document_class")),
        Column("status", "Status", lambda entry: _each(entry, "status")),
        Column("version", "Version", lambda entry: _each(entry, "version")),
        Column("reviewed", "Last reviewed", lambda entry: _each(entry, "last_reviewed")),
        Column("owner", "Owner", _owners),
        Column("contact", "Contact", _contacts),
        Column("address", "Address", _addresses),
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
    _mark,
    _tags,
    lambda _: (
        Chip("off", "Known to be off"),
        Chip("overdue", "Review overdue"),
        Chip("hole", "No page"),
    ),
)
