"""Which pages somebody on call opens for an alert."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from sphinxext_opsdocs.alerts.alert import fill_template, find_template
from sphinxext_opsdocs.config.lifecycle import Lifecycle
from sphinxext_opsdocs.config.schema import is_address
from sphinxext_opsdocs.facts.model import Deviation
from sphinxext_opsdocs.graph.nodes import GovernedDocument
from sphinxext_opsdocs.graph.runbooks import RunbookFinder

if TYPE_CHECKING:
    from sphinxext_opsdocs.graph.graph import TraceabilityGraph

__all__ = ["AlertPages", "Target", "find_alert_pages"]


class Target(Struct, frozen=True, gc=False):
    """A page, with the anchor to which a rule file sends."""

    document: GovernedDocument
    anchor: str = ""


class AlertPages(Struct, frozen=True):
    """What somebody opens for an alert; several pages may be for one."""

    alert: str
    """Empty for the pages of a service that name no alert."""
    targets: tuple[Target, ...] = ()
    elsewhere: str = ""
    """The address to which a rule file sends, if nothing but that is known: of another
    documentation, or of a page without a header."""

    @property
    def documents(self) -> Sequence[GovernedDocument]:
        """Its pages."""
        return [target.document for target in self.targets]

    @property
    def services(self) -> tuple[str, ...]:
        """The services of its pages."""
        return tuple(dict.fromkeys(name for page in self.documents for name in page.header.service))

    @property
    def deviations(self) -> Sequence[Deviation]:
        """The open deviations of its pages, page by page."""
        return [
            deviation
            for document in self.documents
            for deviation in document.facts.deviations
            if deviation.state == "open"
        ]


class _Found(Struct):
    """What was found of one alert so far."""

    anchors: dict[str, str] = {}
    """By docname: pages that rule files send to come first, since the pager does so too."""
    elsewhere: str = ""


def find_alert_pages(graph: TraceabilityGraph) -> Iterator[AlertPages]:
    """Yield alerts by name; last the pages of services that name no alert.

    An alert is known from the header of a page or from a rule file. Pages that are Archived answer
    none.
    """
    live = {
        document.facts.docname: document
        for document in graph.governed
        if document.header.status != Lifecycle.ARCHIVED
    }
    found = _read_rule_files(graph)
    for docname, document in live.items():
        for name in document.header.alerts:
            found.setdefault(name, _Found()).anchors.setdefault(docname, "")
    for name, each in sorted(found.items()):
        targets = (Target(live[page], to) for page, to in each.anchors.items() if page in live)
        yield AlertPages(name, tuple(targets), each.elsewhere)
    others = (each for each in live.values() if each.header.service and not each.header.alerts)
    for document in sorted(others, key=lambda each: each.header.service):
        yield AlertPages("", (Target(document),))


def _read_rule_files(graph: TraceabilityGraph) -> dict[str, _Found]:
    """Return where rule files send, by alert."""
    finder = RunbookFinder(graph)
    found: dict[str, _Found] = {}
    for alert in graph.inputs.alerts:
        if not alert.name:
            continue
        each = found.setdefault(alert.name, _Found())
        runbook, address = finder.find(alert), fill_template(alert)
        if runbook and runbook.docname in graph.governed_by_name:
            each.anchors.setdefault(runbook.docname, runbook.anchor)
        elif runbook and not runbook.docname and is_address(runbook.moved_to):
            each.elsewhere = runbook.moved_to  # a redirect leads to another documentation
        elif runbook and not runbook.docname:
            continue  # nothing is there
        elif is_address(address) and not find_template(address):
            each.elsewhere = address
    return found
