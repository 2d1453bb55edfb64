"""``opsdocs-pages.json``: the governed pages of a site, for bots that remind their owners.

A page has the keys ``title``, ``url``, ``review_by`` and ``owner_slack`` of the pages API of the
GOV.UK tech docs template (https://github.com/alphagov/tech-docs-gem), so that its monitor can read
the file, and further ones.
"""

from __future__ import annotations

from collections.abc import Callable

from sphinxext_opsdocs.config.schema import Owner
from sphinxext_opsdocs.graph.ages import review_due, verification_due
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.graph.nodes import GovernedDocument
from sphinxext_opsdocs.reports.indented_json import indented_json

__all__ = ["render_pages"]


def render_pages(graph: TraceabilityGraph, address_of: Callable[[str], str]) -> str:
    """Return the file: an entry for each governed page, sorted by docname.

    Dates are ISO 8601, and null where there is none: that monitor parses any text.
    Contacts are in it only where ``pages_contacts`` asks for them.
    """
    return indented_json([_entry(graph, each, address_of) for each in graph.governed])


def _entry(
    graph: TraceabilityGraph, document: GovernedDocument, address_of: Callable[[str], str]
) -> dict[str, object]:
    header, facts = document.header, document.facts
    entry: dict[str, object] = {
        "title": facts.title or facts.docname,
        "url": address_of(facts.docname),
        "page": facts.docname,
        "class": header.document_class,
        "owner": list(header.owners),
        "status": header.status,
        "version": header.version,
        "last_reviewed": header.last_reviewed or None,
        "review_by": review_due(document) or None,
        "last_verified": document.last_verified or None,
        "verify_by": verification_due(document) or None,
    }
    if graph.config.pages_contacts:
        owners = [graph.config.owners.get(key, Owner()) for key in header.owners]
        entry["owner_slack"] = next((each.contact for each in owners if each.contact), "")
    return entry
