"""The verification register: every drill and real run, and the pages that nobody has tried yet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from msgspec import Struct

from sphinxext_opsdocs.config.lifecycle import Lifecycle
from sphinxext_opsdocs.config.schema import is_address
from sphinxext_opsdocs.facts.model import Verification
from sphinxext_opsdocs.graph.ages import days_to_verification
from sphinxext_opsdocs.graph.nodes import GovernedDocument
from sphinxext_opsdocs.issues.reference import Issue, resolve_issue
from sphinxext_opsdocs.reports.blocks import (
    Cell,
    Part,
    badge,
    doc_part,
    joined,
    phrase,
    styled,
    text_cell,
    url_part,
)
from sphinxext_opsdocs.reports.days import NEVER, due_cell, due_order
from sphinxext_opsdocs.reports.deviation_card import issue_part
from sphinxext_opsdocs.reports.filters import Filters, is_wanted
from sphinxext_opsdocs.reports.report import SORT, SORT_HELP, Chip, Report
from sphinxext_opsdocs.reports.table_model import Column

if TYPE_CHECKING:
    from sphinxext_opsdocs.graph.graph import TraceabilityGraph

__all__ = ["VERIFICATIONS"]


class _Entry(Struct, frozen=True):
    """A record on the day of the report; without one, a page that has none."""

    graph: TraceabilityGraph
    document: GovernedDocument
    record: Verification | None
    is_newest: bool
    today: date

    @property
    def day(self) -> str:
        return self.record.date if self.record else self.document.header.last_verified

    @property
    def days(self) -> int | None:
        """Until the next verification of the page, in its newest row."""
        return days_to_verification(self.document, self.today) if self.is_newest else None

    @property
    def is_missing(self) -> bool:
        """Whether nobody has ever followed a page that its class wants tried."""
        is_tried = self.record or self.document.last_verified
        return bool(self.document.verification_interval and not is_tried)

    @property
    def issues(self) -> Iterator[Issue]:
        for issue in self.record.issues if self.record else ():
            yield resolve_issue(self.graph.config, issue.text)

    def text(self, name: str) -> str:
        """An attribute of the record; empty without one."""
        return getattr(self.record, name) if self.record else ""


def _entries(graph: TraceabilityGraph, today: date, filters: Filters) -> Iterator[_Entry]:
    documents = sorted(graph.governed, key=lambda document: _urgency(document, today))
    for document in documents:
        for entry in _entries_of(graph, document, today):
            if is_wanted(
                filters,
                owner=document.header.owners,
                status=document.header.status,
                document=document.facts.docname,
                service=document.header.service,
                result=entry.text("result"),
                kind=entry.text("kind"),
                environment=entry.text("environment"),
                **{"class": document.header.document_class},
            ):
                yield entry


def _entries_of(
    graph: TraceabilityGraph, document: GovernedDocument, today: date
) -> Iterator[_Entry]:
    """The records of a page, the newest first."""
    records = sorted(document.facts.verifications, key=lambda each: each.date)
    for record in reversed(records):
        yield _Entry(graph, document, record, record is records[-1], today)
    is_due = document.verification_interval and document.header.status != Lifecycle.DRAFT
    if not records and (is_due or document.header.last_verified):
        yield _Entry(graph, document, None, True, today)


def _urgency(document: GovernedDocument, today: date) -> tuple[int, str]:
    """What nobody has tried comes first, then what is due next."""
    days = days_to_verification(document, today)
    if days is None:
        days = -NEVER if document.verification_interval else NEVER
    return days, document.facts.docname


def _page(entry: _Entry) -> Cell:
    return (doc_part(entry.document.facts.docname, entry.document.facts.title),)


def _shown_page(entry: _Entry) -> Cell:
    owner = entry.graph.config.owner_name(*entry.document.header.owners)
    document_class = entry.document.document_class
    title = document_class.title if document_class else entry.document.header.document_class
    return *_page(entry), styled(phrase(title), "below"), Part(owner, style="below")


def _shown_day(entry: _Entry) -> Cell:
    if entry.is_missing:
        return (phrase("never"),)
    kind = entry.text("kind")
    below = (styled(phrase(kind), "below"),) if kind else ()
    return Part(entry.day), *below


def _result(entry: _Entry) -> Cell:
    result = entry.text("result")
    return (phrase(result),) if result else ()


def _shown_result(entry: _Entry) -> Cell:
    result = entry.text("result")
    return (badge(result),) if result else ()


def _shown_version(entry: _Entry) -> Cell:
    cell: list[Part] = []
    if version := entry.text("version"):
        cell.append(phrase("version {version}", version=version))
        if entry.is_newest and version != entry.document.header.version:
            now = phrase("now {version}", version=entry.document.header.version)
            cell.append(styled(now, "below"))
    if environment := entry.text("environment"):
        cell.append(Part(environment, style="below"))
    return tuple(cell)


def _evidence(entry: _Entry) -> Cell:
    evidence = entry.text("evidence")
    return (url_part(evidence, evidence if is_address(evidence) else ""),) if evidence else ()


def _shown_evidence(entry: _Entry) -> Cell:
    by, evidence = entry.text("by"), entry.text("evidence")
    cell = [Part(by)] if by else []
    if is_address(evidence):
        cell.append(styled(url_part("evidence", evidence), "entry"))
    elif evidence:
        cell.append(Part(evidence, style="below"))
    cell += [styled(issue_part(entry.graph, issue), "entry") for issue in entry.issues]
    return tuple(cell)


def _issues(entry: _Entry) -> Cell:
    return joined(issue_part(entry.graph, issue) for issue in entry.issues)


def _due(entry: _Entry) -> Cell:
    return due_cell(entry.days)


def _due_order(entry: _Entry) -> str:
    if entry.is_missing:
        return ""
    return due_order(entry.days)


def _mark(entry: _Entry) -> str:
    if entry.is_missing:
        return "hole"
    if entry.days is not None and entry.days < 0:
        return "overdue"
    return ""


def _tags(entry: _Entry) -> Iterator[str]:
    if mark := _mark(entry):
        yield mark
    if entry.record and entry.record.is_failure:
        yield "failed"
    if entry.is_newest:
        yield "newest"


VERIFICATIONS = Report(
    "verification-register",
    "drills and real runs of every page, and the pages that nobody has tried yet",
    (
        Column("page", "Page", _page, _shown_page, width=6),
        Column("class", "Class", lambda entry: text_cell(entry.document.header.document_class)),
        Column("owner", "Owner", lambda entry: text_cell(", ".join(entry.document.header.owners))),
        Column("verified", "Verified", lambda entry: text_cell(entry.day), _shown_day, width=4),
        Column("result", "Result", _result, _shown_result, width=3),
        Column("kind", "Kind", lambda entry: text_cell(entry.text("kind"))),
        Column(
            "version",
            "Version",
            lambda entry: text_cell(entry.text("version")),
            _shown_version,
            width=4,
        ),
        Column("environment", "Environment", lambda entry: text_cell(entry.text("environment"))),
        Column("by", "By", lambda entry: text_cell(entry.text("by"))),
        Column("evidence", "Evidence", _evidence, _shown_evidence, width=5),
        Column("issues", "Issues", _issues),
        Column(
            "due",
            "Next",
            _due,
            order=_due_order,
            width=3,
        ),
    ),
    {
        "class": "document classes",
        "owner": "owners",
        "service": "services",
        "status": ", ".join(Lifecycle),
        "result": "passed, partly, failed",
        "kind": "drill, real",
        "environment": "environments",
        "document": "docname globs",
        SORT: SORT_HELP,
    },
    _entries,
    _mark,
    _tags,
    lambda _: (
        Chip("hole", "Never tried"),
        Chip("overdue", "Verification overdue"),
        Chip("failed", "Failed"),
        Chip("newest", "Newest only"),
    ),
)
