"""What a page says of itself below its title: whether to trust it, and what is known to be off."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from sphinxext_opsdocs.config.classes import SPECIFICATION
from sphinxext_opsdocs.config.lifecycle import Lifecycle
from sphinxext_opsdocs.config.schema import Owner
from sphinxext_opsdocs.facts.model import Deviation
from sphinxext_opsdocs.graph.ages import days_between, review_due, verification_due
from sphinxext_opsdocs.graph.nodes import GovernedDocument
from sphinxext_opsdocs.graph.suspects import find_changes
from sphinxext_opsdocs.reports.blocks import (
    Block,
    Cell,
    Group,
    Items,
    Line,
    Part,
    Rows,
    badge,
    doc_part,
    joined,
    phrase,
    place_part,
    styled,
    text_cell,
    titled_section,
)
from sphinxext_opsdocs.reports.days import days_ago
from sphinxext_opsdocs.reports.last_result import failure_part
from sphinxext_opsdocs.reports.severities import severity_badge, severity_order, severity_tone
from sphinxext_opsdocs.reports.workarounds import workaround_place

if TYPE_CHECKING:
    from sphinxext_opsdocs.graph.graph import TraceabilityGraph

__all__ = ["page_footer", "page_header"]

MOST_DEVIATIONS = 5
"""Open deviations that a header names; it says how many more there are."""


def page_header(
    graph: TraceabilityGraph, document: GovernedDocument, today: date, suspects_page: str = ""
) -> Group:
    """What a reader has to know before the first step.

    ``suspects_page`` is the docname of a page that shows both sides of suspect references.
    """
    page = _Page(graph, document, today, suspects_page)
    notices = *page.deviations(), *page.suspects()
    blocks: tuple[Block, ...] = *page.banner(), page.summary(), *notices, page.layer()
    return Group(blocks, f"header {page.status.casefold()}")


def page_footer(graph: TraceabilityGraph, document: GovernedDocument) -> Rows | None:
    """Further fields of the header, for the end of the page; None if it has none."""
    header = document.header
    plain = (
        (phrase("Service"), ", ".join(header.service)),
        (phrase("Alerts"), ", ".join(header.alerts)),
        (phrase("Scope"), header.scope),
        (phrase("Reviewers"), ", ".join(map(graph.config.owner_label, header.reviewers))),
    )
    rows = [(name, text_cell(text)) for name, text in plain if text]
    if not _has_banner(document):
        if header.remove_after:
            rows.append((phrase("Remove after"), text_cell(header.remove_after)))
        if header.superseded_by and header.superseded_by.casefold() != "none":
            rows.append((phrase("Superseded by"), (_page_link(graph, header.superseded_by),)))
    if header.supersedes:
        pages = joined(_page_link(graph, target) for target in header.supersedes)
        rows.append((phrase("Supersedes"), pages))
    if not rows:
        return None
    return Rows(tuple(rows), "about footer")


class _Page(NamedTuple):
    """A governed document on a day."""

    graph: TraceabilityGraph
    document: GovernedDocument
    today: date
    suspects_page: str

    @property
    def status(self) -> str:
        return self.document.header.status

    @property
    def docname(self) -> str:
        return self.document.facts.docname

    def summary(self) -> Line:
        """State, class, version, owner and review."""
        header = self.document.header
        cell: list[Part] = []
        if header.status:
            cell += [badge(header.status), Part(" ")]
        if header.document_class:
            cell.append(_strong(self._class_title()))
        groups = [_version(header.version), self._owner(), self._review(), self._verification()]
        for group in filter(None, groups):
            cell += [Part(" · "), *group]
        return Line(tuple(cell), "summary")

    def _class_title(self) -> Part:
        document_class = self.document.document_class
        if not document_class:
            return Part(self.document.header.document_class)
        # the titles of the classes of a team are in no catalogue, and stay as they are
        return phrase(document_class.title)

    def _owner(self) -> Cell:
        cell: list[Part] = []
        for key in self.document.header.owners:
            owner = self.graph.config.owners.get(key, Owner())
            cell += [Part(", ")] if cell else []
            cell.append(Part(self.graph.config.owner_name(key)))
            if owner.contact:
                cell += [Part(" ("), Part(owner.contact, style="contact"), Part(")")]
        return tuple(cell)

    def _review(self) -> Cell:
        reviewed = self.document.header.last_reviewed
        days = days_between(reviewed, self.today.isoformat())
        if days is None:
            return ()
        # a rule reports a date in the future
        when = days_ago(days) if days >= 0 else Part(reviewed)
        return phrase("reviewed"), Part(" "), when, *self._next_review()

    def _verification(self) -> Cell:
        """The last result, and since when the next one is overdue."""
        record, day = self.document.last_record, self.document.last_verified
        cell: list[Part] = []
        if failure := self.document.last_failure:
            cell += [failure_part(failure), Part(", ")]
        days = days_between(day, self.today.isoformat())
        if days is None:
            return *cell, *([phrase("never verified")] if record else ())
        cell += [phrase("verified"), Part(" "), days_ago(days) if days >= 0 else Part(day)]
        if record and record.kind and record is self.document.last_pass:
            cell += [Part(" ("), phrase(record.kind), Part(")")]
        due = verification_due(self.document)
        if due and due < self.today.isoformat():
            cell += [Part(", "), styled(phrase("overdue since {date}", date=due), "overdue")]
        return tuple(cell)

    def _next_review(self) -> Cell:
        due = review_due(self.document)
        if not due:
            return ()
        if due < self.today.isoformat():
            return Part(", "), styled(phrase("overdue since {date}", date=due), "overdue")
        return Part(", "), styled(phrase("next {date}", date=due), "date")

    def banner(self) -> Iterator[Group]:
        """What to do instead, on a page that is not to be followed as it stands."""
        if not _has_banner(self.document):
            return
        if self.status == Lifecycle.DRAFT:
            yield self._banner(phrase("Draft: nobody has agreed to this page yet"), self._draft())
        if self.status == Lifecycle.DEPRECATED:
            yield self._banner(phrase("Deprecated: this page is going away"), self._deprecated())
        if self.status == Lifecycle.ARCHIVED:
            yield self._banner(phrase("Archived: do not follow these steps"), self._archived())

    def _banner(self, title: Part, text: Cell) -> Group:
        lines = [Line((_strong(title),), "banner-title")]
        if text:
            lines.append(Line(text))
        return Group(tuple(lines), "banner")

    def _draft(self) -> Cell:
        owner = self._owner()
        if not owner:
            return ()
        return phrase("Before you follow it, ask"), Part(" "), *owner, Part(".")

    def _deprecated(self) -> Cell:
        header = self.document.header
        cell: list[Part] = []
        if header.remove_after:
            cell += [phrase("It is to be removed after {date}.", date=header.remove_after)]
        return *cell, *self._successor(" " if cell else "")

    def _archived(self) -> Cell:
        cell: list[Part] = []
        if reason := self.document.header.retired_because:
            cell.append(Part(reason if reason.endswith((".", "!", "?")) else f"{reason}."))
        return *cell, *self._successor(" " if cell else "")

    def _successor(self, before: str) -> Cell:
        target = self.document.header.superseded_by
        if not target:
            return ()
        if target.casefold() == "none":
            return Part(before), phrase("Nothing takes its place.")
        use = phrase("Use this page instead:")
        return Part(before), use, Part(" "), styled(_page_link(self.graph, target), "next")

    def suspects(self) -> Iterator[Group]:
        """The sections that have changed since somebody compared the page with them."""
        cells: list[Cell] = []
        for section, pin in find_changes(self.graph, self.docname):
            since = phrase("compared on {date}", date=pin.on) if pin.on else None
            more = (Part(" · "), since) if since else ()
            cells.append((titled_section(section), *more))
        if cells:
            title = _strong(phrase("Specifications changed after this page was compared with them"))
            if self.suspects_page:
                both = replace(phrase("See both sides"), kind="doc", target=self.suspects_page)
                cells.append((styled(both, "next"),))
            blocks = Line((title,), "notice-title"), Items(tuple(cells))
            yield Group(blocks, "notice suspect")

    def deviations(self) -> Iterator[Group]:
        """The open deviations of the page, the worst first."""
        config = self.graph.config
        found = [each for each in self.document.facts.deviations if each.state == "open"]
        found.sort(key=lambda deviation: severity_order(config, deviation))
        if not found:
            return
        cells = [self._deviation(deviation) for deviation in found[:MOST_DEVIATIONS]]
        more = len(found) - MOST_DEVIATIONS
        if more > 0:
            cells.append((phrase("and {count} more on this page", count=str(more)),))
        title = _strong(phrase("Known to be off: read before you start"))
        worst = severity_tone(config, found[0].severity)
        blocks = Line((title,), "notice-title"), Items(tuple(cells))
        yield Group(blocks, f"notice {worst}")

    def _deviation(self, deviation: Deviation) -> Cell:
        cell: list[Part] = []
        if deviation.severity:
            cell += [severity_badge(self.graph.config, deviation.severity), Part(" ")]
        if deviation.id:
            link = place_part(self.docname, deviation.anchor, deviation.id)
            cell += [styled(link, "id"), Part(" ")]
        cell.append(Part(deviation.title))
        if deviation.observed:
            cell += [Part(" · "), phrase("open since {date}", date=deviation.observed)]
        if place := workaround_place(self.graph, self.docname, deviation):
            link = replace(phrase("workaround"), kind="place", target=place)
            cell += [Part(" · "), styled(link, "next")]
        return tuple(cell)

    def layer(self) -> Line:
        """What prevails on conflict."""
        if self.document.header.document_class != SPECIFICATION:
            text = phrase("On conflict the linked specification prevails.")
        elif self.status == Lifecycle.CANONICAL:
            text = phrase(
                "Specification: it says how the system works, and prevails over operational "
                "documents."
            )
        else:
            text = phrase(
                "Specification that is not live: it does not say how the system works today."
            )
        return Line((text,), "layer")


def _has_banner(document: GovernedDocument) -> bool:
    # the line on its layer says of a specification that it is not live
    is_live = document.header.status in ("", Lifecycle.CANONICAL)
    return not is_live and document.header.document_class != SPECIFICATION


def _strong(part: Part) -> Part:
    return styled(part, "strong")


def _version(version: str) -> Cell:
    return (phrase("version {version}", version=version),) if version else ()


def _page_link(graph: TraceabilityGraph, docname: str) -> Part:
    if facts := graph.documents.get(docname):
        return doc_part(docname, facts.title)
    # a rule reports a page that does not exist; the title of any other one is known to Sphinx
    return Part("", "doc", docname) if docname in graph.inputs.pages else Part(docname)
