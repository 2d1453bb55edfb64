"""The on-call index: the pages to open for an alert, and what is known to be off there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from msgspec import Struct

from sphinxext_opsdocs.alerts.alert import fill_template, find_template
from sphinxext_opsdocs.canonical.page_url import folder_url, with_anchor
from sphinxext_opsdocs.config.lifecycle import Lifecycle
from sphinxext_opsdocs.config.schema import Owner, is_address
from sphinxext_opsdocs.facts.model import Deviation
from sphinxext_opsdocs.graph.ages import days_to_review
from sphinxext_opsdocs.graph.nodes import GovernedDocument
from sphinxext_opsdocs.graph.runbooks import find_runbooks
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
from sphinxext_opsdocs.reports.report import SORT, SORT_HELP, Chip, Report
from sphinxext_opsdocs.reports.severities import severity_badge, severity_order
from sphinxext_opsdocs.reports.table_model import Column

if TYPE_CHECKING:
    from sphinxext_opsdocs.graph.graph import TraceabilityGraph

__all__ = ["ON_CALL", "OnCallEntry", "find_on_call"]

NO_FILTERS: Filters = {}


class OnCallEntry(Struct, frozen=True):
    """What somebody opens for an alert; several pages may be for one."""

    graph: TraceabilityGraph
    alert: str
    """Empty for the pages of a service that name no alert."""
    services: tuple[str, ...]
    targets: tuple[tuple[GovernedDocument, str], ...]
    """Pages, each with the anchor to which a rule file sends."""
    elsewhere: str
    """The address to which a rule file sends, if nothing but that is known: of another
    documentation, or of a page without a header."""
    today: date

    @property
    def deviations(self) -> Sequence[Deviation]:
        """The open ones of all its pages, the worst first."""
        found = [
            deviation
            for document, _ in self.targets
            for deviation in document.facts.deviations
            if deviation.state == "open"
        ]
        return sorted(found, key=lambda each: severity_order(self.graph.config, each))

    def contacts(self, document: GovernedDocument) -> Iterator[str]:
        """Yield how to reach the owners of a page."""
        for key in document.header.owners:
            if contact := self.graph.config.owners.get(key, Owner()).contact:
                yield contact

    def address(self, document: GovernedDocument, anchor: str) -> str:
        """Return the address of a page; empty if nobody says where pages are published."""
        base = folder_url(self.graph.inputs.base_url)
        return base and with_anchor(f"{base}{document.facts.docname}.html", anchor)

    @property
    def is_overdue(self) -> bool:
        """Whether the review of one of its pages is."""
        days = (days_to_review(document, self.today) for document, _ in self.targets)
        return any(left is not None and left < 0 for left in days)


def find_on_call(
    graph: TraceabilityGraph, today: date, filters: Filters = NO_FILTERS
) -> Iterator[OnCallEntry]:
    """Yield alerts by name; last the pages of services that name no alert.

    An alert is known from the header of a page or from a rule file. Pages that are Archived answer
    none.
    """
    elsewhere = _addresses_elsewhere(graph)
    entries = [
        OnCallEntry(graph, alert, _services(targets), targets, elsewhere.get(alert, ""), today)
        for alert, targets in _targets_by_alert(graph).items()
    ]
    entries += [
        OnCallEntry(graph, "", document.header.service, ((document, ""),), "", today)
        for document in _live(graph)
        if document.header.service and not document.header.alerts
    ]
    entries.sort(key=lambda entry: (not entry.alert, entry.alert, entry.services))
    for entry in entries:
        headers = [document.header for document, _ in entry.targets]
        if is_wanted(
            filters,
            alert=entry.alert,
            service=entry.services,
            owner=[owner for header in headers for owner in header.owners],
            status=[header.status for header in headers],
            document=[document.facts.docname for document, _ in entry.targets],
            **{"class": [header.document_class for header in headers]},
        ):
            yield entry


def _targets_by_alert(
    graph: TraceabilityGraph,
) -> dict[str, tuple[tuple[GovernedDocument, str], ...]]:
    """Pages and anchors by alert: those of rule files first, since the pager sends there."""
    anchors: dict[str, dict[str, str]] = defaultdict(dict)
    for alert in graph.inputs.alerts:
        if alert.name:
            anchors.setdefault(alert.name, {})
    for runbook in find_runbooks(graph):
        if runbook.alert.name and runbook.docname:
            anchors[runbook.alert.name].setdefault(runbook.docname, runbook.anchor)
    live = {document.facts.docname: document for document in _live(graph)}
    for docname, document in live.items():
        for name in document.header.alerts:
            anchors[name].setdefault(docname, "")
    return {
        name: tuple((live[docname], anchor) for docname, anchor in found.items() if docname in live)
        for name, found in anchors.items()
    }


def _addresses_elsewhere(graph: TraceabilityGraph) -> dict[str, str]:
    """The addresses that rule files send to and that lead to no governed page, by alert."""
    known = {
        runbook.address
        for runbook in find_runbooks(graph)
        if not runbook.docname or runbook.docname in graph.governed_by_name
    }
    addresses = ((alert.name, fill_template(alert)) for alert in graph.inputs.alerts)
    return {
        name: address
        for name, address in addresses
        if is_address(address) and address not in known and not find_template(address)
    }


def _live(graph: TraceabilityGraph) -> Iterator[GovernedDocument]:
    for document in graph.governed:
        if document.header.status != Lifecycle.ARCHIVED:
            yield document


def _services(targets: Sequence[tuple[GovernedDocument, str]]) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(service for document, _ in targets for service in document.header.service)
    )


def _each(entry: OnCallEntry, field: str) -> Cell:
    """The values of a field of all pages, one for each."""
    return joined(Part(getattr(document.header, field)) for document, _ in entry.targets)


def _pages(entry: OnCallEntry) -> Cell:
    elsewhere = [url_part(entry.elsewhere, entry.elsewhere)] if entry.elsewhere else []
    return joined([*(_page(document, anchor) for document, anchor in entry.targets), *elsewhere])


def _addresses(entry: OnCallEntry) -> Cell:
    found = [entry.address(document, anchor) for document, anchor in entry.targets]
    return joined(url_part(each, each) for each in (*found, entry.elsewhere) if each)


def _page(document: GovernedDocument, anchor: str, text: str = "") -> Part:
    docname = document.facts.docname
    if anchor:
        return place_part(docname, anchor, text or f"{docname}#{anchor}")
    return doc_part(docname, text)


def _owners(entry: OnCallEntry) -> Cell:
    owners = [owner for document, _ in entry.targets for owner in document.header.owners]
    return text_cell(", ".join(dict.fromkeys(owners)))


def _contacts(entry: OnCallEntry) -> Cell:
    found = [each for document, _ in entry.targets for each in entry.contacts(document)]
    return text_cell(", ".join(dict.fromkeys(found)))


def _shown_alert(entry: OnCallEntry) -> Cell:
    if not entry.alert:
        return (phrase("no alert"),)
    return (Part(entry.alert, style="id"),)


def _shown_pages(entry: OnCallEntry) -> Cell:
    cell: list[Part] = []
    for document, anchor in entry.targets:
        facts = document.facts
        cell.append(styled(_page(document, anchor, facts.title or facts.docname), "entry"))
        cell += _about(entry, document)
    if entry.elsewhere:
        cell.append(styled(url_part(entry.elsewhere, entry.elsewhere), "entry"))
    return tuple(cell) or (phrase("no page"),)


def _about(entry: OnCallEntry, document: GovernedDocument) -> Iterator[Part]:
    """The state of a page that is not to be relied on; its class, review, owner and contact."""
    header = document.header
    if header.status and header.status != Lifecycle.CANONICAL:
        yield Part(" ")
        yield badge(header.status)
    title = document.document_class.title if document.document_class else header.document_class
    yield styled(phrase(title), "below")
    if header.last_reviewed:
        yield styled(phrase("reviewed {date}", date=header.last_reviewed), "below")
    owner = entry.graph.config.owner_name(*header.owners)
    yield Part(" · ".join(filter(None, (owner, *entry.contacts(document)))), style="below")


def _off(entry: OnCallEntry) -> Cell:
    return joined(deviation_part(each.id) for each in entry.deviations if each.id)


def _shown_off(entry: OnCallEntry) -> Cell:
    cell: list[Part] = []
    for deviation in entry.deviations:
        cell += [Part("", style="break")] if cell else []
        if deviation.severity:
            cell += [severity_badge(entry.graph.config, deviation.severity), Part(" ")]
        if deviation.id:
            cell += [deviation_part(deviation.id), Part(" ")]
        cell.append(Part(deviation.title))
    return tuple(cell) or (phrase("nothing known"),)


def _mark(entry: OnCallEntry) -> str:
    if not (entry.targets or entry.elsewhere):
        return "hole"
    return "overdue" if entry.is_overdue else ""


def _tags(entry: OnCallEntry) -> Iterator[str]:
    if mark := _mark(entry):
        yield mark
    if entry.deviations:
        yield "off"


ON_CALL = Report(
    "on-call-index",
    "alerts, the page to open for each, and what is known to be off there",
    (
        Column("alert", "Alert", lambda entry: text_cell(entry.alert), _shown_alert, width=6),
        Column("page", "Page", _pages, _shown_pages, width=7),
        Column("off", "Known to be off", _off, _shown_off, width=6),
        Column("service", "Service", lambda entry: text_cell(", ".join(entry.services)), width=3),
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
    find_on_call,
    _mark,
    _tags,
    lambda _: (
        Chip("off", "Known to be off"),
        Chip("overdue", "Review overdue"),
        Chip("hole", "No page"),
    ),
)
