"""The rows of references and deviations: what pages depend on, and where they diverge from it."""

from __future__ import annotations

from collections.abc import Iterator

from sphinxext_opsdocs.canonical.section import Resolution
from sphinxext_opsdocs.fleet.identities import Identities
from sphinxext_opsdocs.fleet.rows import (
    DeviationIssueRow,
    DeviationRow,
    DeviationSectionRow,
    ReferenceRow,
    Row,
)
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.graph.nodes import CanonicalEdge, DeviationNode
from sphinxext_opsdocs.graph.suspects import find_suspect
from sphinxext_opsdocs.issues.reference import comparable_address

__all__ = ["reference_rows"]


def reference_rows(
    repository: str, graph: TraceabilityGraph, identities: Identities
) -> Iterator[Row]:
    """Yield the rows of all references and deviations of a repository."""
    for edge in graph.edges:
        section = edge.resolution.section
        yield ReferenceRow(
            repository=repository,
            page=edge.docname,
            path=edge.place.path,
            line=edge.place.line,
            deviation=edge.deviation,
            target=edge.resolution.target,
            index_address=identities.index_of(section) if section else "",
            section=identities.name_of(section) if section else "",
            state=_state(graph, edge),
        )
    for node in graph.deviations:
        yield from _deviation_rows(repository, graph, node, identities)


def _state(graph: TraceabilityGraph, edge: CanonicalEdge) -> str:
    resolution = edge.resolution
    if len(resolution.sections) > 1:
        return "ambiguous"
    if resolution.section is None:
        return "unknown" if resolution.is_unknowable else "unresolved"
    if resolution.is_moved:
        return "moved"
    if not resolution.section.is_live and resolution.section.kind.has_status:
        return "not live"
    return "suspect" if find_suspect(graph, edge) else "found"


def _deviation_rows(
    repository: str, graph: TraceabilityGraph, node: DeviationNode, identities: Identities
) -> Iterator[Row]:
    deviation, place = node.deviation, node.deviation.place
    yield DeviationRow(
        repository=repository,
        page=node.docname,
        path=place.path,
        line=place.line,
        deviation=deviation.id,
        title=deviation.title,
        severity=deviation.severity,
        state=deviation.state,
        observed=deviation.observed,
        last_observed=deviation.last_observed,
        resolved=deviation.resolved,
        revisit_by=deviation.revisit_by,
        workarounds=len(graph.workarounds.get(deviation.id, ())),
    )
    for spec in node.specs:
        yield _section_row(repository, graph, node, spec, identities)
    for issue in node.issues:
        state = graph.state_of(issue)
        yield DeviationIssueRow(
            repository=repository,
            page=node.docname,
            path=place.path,
            line=place.line,
            deviation=deviation.id,
            issue=issue.text,
            issue_address=comparable_address(issue.url) if issue.url else "",
            state=state.state if state else "",
        )


def _section_row(
    repository: str,
    graph: TraceabilityGraph,
    node: DeviationNode,
    spec: Resolution,
    identities: Identities,
) -> DeviationSectionRow:
    spec_domain = graph.config.domains.get(spec.domain_key)
    return DeviationSectionRow(
        repository=repository,
        page=node.docname,
        path=node.deviation.place.path,
        line=node.deviation.place.line,
        deviation=node.deviation.id,
        domain=spec.domain_key,
        owner=spec_domain.owner if spec_domain else "",
        index_address=identities.index_of(spec.section) if spec.section else "",
        section=identities.name_of(spec.section) if spec.section else "",
        target=spec.target,
    )
