"""The text of an issue to raise with the owner of a specification."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from sphinxext_opsdocs.canonical.section import Resolution
from sphinxext_opsdocs.config.did_you_mean import listed
from sphinxext_opsdocs.facts.model import Deviation
from sphinxext_opsdocs.facts.placeholders import is_placeholder
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.graph.nodes import DeviationNode
from sphinxext_opsdocs.reports.addresses import page_address

__all__ = ["IssueDraft", "domains_without_issue", "issue_draft"]


class IssueDraft(Struct, frozen=True):
    """An issue in plain text: each tracker has another markup."""

    domain_key: str
    tracker: str
    """Key of the tracker of the spec domain; empty if it has none."""
    title: str
    body: str
    has_observation: bool = True
    """Whether the deviation says what was observed."""


def domains_without_issue(graph: TraceabilityGraph, node: DeviationNode) -> list[str]:
    """The keys of the spec domains that a deviation has no issue with yet, in its order."""
    domain_keys = dict.fromkeys(spec.domain_key for spec in node.specs if spec.domain_key)
    return [key for key in domain_keys if not _has_issue(graph, node, key)]


def _has_issue(graph: TraceabilityGraph, node: DeviationNode, domain_key: str) -> bool:
    tracker = graph.config.domains[domain_key].tracker
    if not tracker:  # an issue anywhere is enough
        return bool(node.issues)
    return any(issue.tracker == tracker for issue in node.issues)


def issue_draft(
    graph: TraceabilityGraph, node: DeviationNode, domain_key: str, observed: str
) -> IssueDraft:
    """The issue for one spec domain of a deviation; ``observed`` is its text as written."""
    tracker = graph.config.domains[domain_key].tracker
    body = "\n".join(_body(graph, node, domain_key, observed))
    has_observation = bool(observed.strip()) and not is_placeholder(observed)
    return IssueDraft(domain_key, tracker, node.deviation.title, body + "\n", has_observation)


def _body(
    graph: TraceabilityGraph, node: DeviationNode, domain_key: str, observed: str
) -> Iterator[str]:
    deviation = node.deviation
    yield from ("Observed behaviour", "", observed, "")
    yield from ("Specification that it diverges from", "")
    for resolution in node.specs:
        if resolution.domain_key == domain_key:
            yield f"- {_specification(graph, resolution)}"
    yield from ("", _observation(deviation))
    address = page_address(graph, node.docname, deviation.anchor)
    yield f"Recorded as deviation {deviation.id} on {address or deviation.place.path}"
    yield from _ownership(graph, node.docname)


def _specification(graph: TraceabilityGraph, resolution: Resolution) -> str:
    section = resolution.section
    if not section:
        return f"{resolution.target} (not resolved)"
    name = section.id
    if section.page.version:
        name += f", version {section.page.version}"
    address = section.url
    if not section.is_external:
        address = page_address(graph, section.docname, section.anchor)
    where = address or f"{section.place.path}:{section.place.line}"
    return f"{section.full_title} ({name}): {where}"


def _observation(deviation: Deviation) -> str:
    text = "Observed"
    if deviation.observed:
        text += f" on {deviation.observed}"
    if deviation.last_observed:
        text += f", last on {deviation.last_observed}"
    if deviation.seen_in:
        text += f" in {deviation.seen_in}"
    if deviation.evidence:
        text += f" ({deviation.evidence})"
    if deviation.where:
        text += f", in {deviation.where}"
    if deviation.environments:
        text += f", environment {listed(deviation.environments)}"
    if deviation.services:
        text += f", service {listed(deviation.services)}"
    return f"{text}. Severity: {deviation.severity or 'not given'}."


def _ownership(graph: TraceabilityGraph, docname: str) -> Iterator[str]:
    header = graph.documents[docname].header
    if header and header.owners:
        yield f"The page is owned by {graph.config.owner_label(*header.owners)}."
