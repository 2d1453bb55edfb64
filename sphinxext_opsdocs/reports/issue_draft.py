"""The text of an issue to raise with the owner of a specification."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from sphinxext_opsdocs.config.schema import Owner
from sphinxext_opsdocs.graph.graph import DeviationNode, TraceabilityGraph

__all__ = ["IssueDraft", "issue_draft", "lacking_domains"]


class IssueDraft(Struct, frozen=True):
    """An issue as it would be raised: in no markup of any tracker."""

    domain: str
    tracker: str
    """Key of the one that takes it; empty where the domain names none."""
    title: str
    body: str


def lacking_domains(graph: TraceabilityGraph, node: DeviationNode) -> list[str]:
    """The spec domains of a deviation that have no issue of it yet, as it names them."""
    given = {issue.tracker for issue in node.issues}
    keys = dict.fromkeys(spec.domain for spec in node.specs if spec.domain)
    domains = graph.config.domains
    return [
        key
        for key in keys
        if (domains[key].tracker not in given if domains[key].tracker else not node.issues)
    ]


def issue_draft(
    graph: TraceabilityGraph, node: DeviationNode, domain: str, observed: str
) -> IssueDraft:
    """The issue for one of the domains of a deviation; ``observed`` is its text as written."""
    spec = graph.config.domains[domain]
    body = "\n".join(_body(graph, node, domain, observed))
    return IssueDraft(domain, spec.tracker, node.deviation.title, body + "\n")


def _body(
    graph: TraceabilityGraph, node: DeviationNode, domain: str, observed: str
) -> Iterator[str]:
    found = node.deviation
    yield from ("Observed behaviour", "", observed, "")
    yield from ("Specification that it diverges from", "")
    for resolution in node.specs:
        section = resolution.section
        if resolution.domain != domain:
            continue
        if not section:
            yield f"- {resolution.target} (not resolved)"
            continue
        where = section.url or f"{section.place.path}:{section.place.line}"
        version = f", version {section.page.version}" if section.page.version else ""
        yield f"- {section.page_title} › {section.title} ({section.id}{version}): {where}"
    yield ""
    seen = f"Observed on {found.observed}" if found.observed else "Observed"
    seen += f", last on {found.last_observed}" if found.last_observed else ""
    seen += f" in {found.seen_in}" if found.seen_in else ""
    seen += f" ({found.evidence})" if found.evidence else ""
    seen += f", in {found.where}" if found.where else ""
    yield f"{seen}. Severity: {found.severity or 'not given'}."
    yield f"Recorded as deviation {found.id} on {found.place.path}"
    facts = graph.documents[node.docname]
    owner = facts.header.owner if facts.header else ""
    known = graph.config.owners.get(owner, Owner())
    if owner:
        contact = f", {known.contact}" if known.contact else ""
        yield f"The page is owned by {known.title or owner}{contact}."
