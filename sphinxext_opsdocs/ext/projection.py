"""The graph as sphinx-needs objects: plain values, before anything of sphinx-needs is touched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from sphinxext_opsdocs.canonical.section import CanonicalSection
from sphinxext_opsdocs.facts.model import Place
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.markup.anchors import document_id, issue_id, need_id, section_id

__all__ = ["FIELDS", "LINKS", "TYPES", "ProjectedNeed", "projected_needs"]

TYPES = {
    "deviation": ("Observed deviation", "DEV_", "#f4b6a6"),
    "ops_document": ("Operational document", "DOC_", "#b9d3ee"),
    "canonical_section": ("Canonical section", "SPEC_", "#cfe8c8"),
    "ops_issue": ("Issue", "ISSUE_", "#e6dcf0"),
}
"""Need type -> title, prefix and colour in diagrams."""

LINKS = {
    "ops_deviates": ("deviates from", "deviated from by"),
    "ops_tracked": ("tracked by", "tracks"),
    "ops_refers": ("refers to", "referred to by"),
    "ops_recorded": ("recorded in", "records"),
}
"""Link type -> outgoing and incoming title."""

FIELDS = {
    "ops_severity": "severity of a deviation",
    "ops_observed": "date that a deviation was observed, ISO 8601",
    "ops_owner": "owner of a document, or of the spec domain of a section",
    "ops_class": "class of a document",
    "ops_version": "version of a document",
    "ops_url": "address of an issue",
    "ops_place": "file and line that the text stands at, file:line",
}
"""Need field -> description."""


class ProjectedNeed(Struct, frozen=True):
    """One object as sphinx-needs is to see it."""

    id: str
    type: str
    title: str
    status: str
    docname: str
    place: Place
    fields: Mapping[str, str]
    links: Mapping[str, tuple[str, ...]] = {}
    is_external: bool = False
    """Stands in another project: ``docname`` is empty."""
    url: str = ""
    """Its address there, where that is known."""


def projected_needs(graph: TraceabilityGraph, pattern: str) -> dict[str, ProjectedNeed]:
    """Every object by id, in the order: documents, deviations, sections, issues.

    A canonical section that is a need of the user stays that need, and is only linked to. Where
    two objects come to the same id the first one stands.
    """
    found: dict[str, ProjectedNeed] = {}
    for need in (*_documents(graph, pattern), *_deviations(graph, pattern),
                 *_sections(graph, pattern), *_issues(graph, pattern)):  # fmt: skip
        found.setdefault(need.id, need)
    return found


def _section_link(section: CanonicalSection, pattern: str) -> str:
    is_own_need = section.entry.is_need and not section.is_external
    return section.anchor if is_own_need else section_id(section.id, pattern)


def _documents(graph: TraceabilityGraph, pattern: str) -> Iterator[ProjectedNeed]:
    for document in graph.governed:
        header, facts = document.header, document.facts
        sections = {
            _section_link(edge.resolution.section, pattern): None
            for edge in graph.edges_by_document.get(facts.docname, ())
            if edge.resolution.section
        }
        yield ProjectedNeed(
            id=document_id(facts.docname, pattern),
            type="ops_document",
            title=facts.title or facts.docname,
            status=header.status,
            docname=facts.docname,
            place=header.place,
            fields={
                "ops_class": header.document_class,
                "ops_owner": header.owner,
                "ops_version": header.version,
            },
            links={"ops_refers": tuple(sections)},
        )


def _deviations(graph: TraceabilityGraph, pattern: str) -> Iterator[ProjectedNeed]:
    governed = {document.facts.docname for document in graph.governed}
    for key in sorted(graph.deviations_by_id):
        node = graph.deviations_by_id[key][0]
        found = node.deviation
        specs = [spec.section for spec in node.specs if spec.section]
        links = {
            "ops_deviates": tuple(dict.fromkeys(_section_link(spec, pattern) for spec in specs)),
            "ops_tracked": tuple(dict.fromkeys(issue_id(i.text, pattern) for i in node.issues)),
        }
        if node.docname in governed:
            links["ops_recorded"] = (document_id(node.docname, pattern),)
        yield ProjectedNeed(
            id=need_id(found.id, pattern),
            type="deviation",
            title=found.title,
            status=found.state,
            docname=node.docname,
            place=found.place,
            fields={"ops_severity": found.severity, "ops_observed": found.observed},
            links=links,
        )


def _sections(graph: TraceabilityGraph, pattern: str) -> Iterator[ProjectedNeed]:
    sections = {
        edge.resolution.section.id: edge.resolution.section
        for edge in graph.edges
        if edge.resolution.section
    }
    for key in sorted(sections):
        section = sections[key]
        if section.is_external or not section.entry.is_need:
            yield ProjectedNeed(
                id=section_id(section.id, pattern),
                type="canonical_section",
                title=section.title,
                status=section.status,
                docname="" if section.is_external else section.docname,
                place=section.place,
                fields={
                    "ops_owner": graph.config.domains[section.domain].owner or section.page.owner
                },
                is_external=section.is_external,
                url=section.url,
            )


def _issues(graph: TraceabilityGraph, pattern: str) -> Iterator[ProjectedNeed]:
    seen: set[str] = set()
    for node in graph.deviations:
        for issue, value in zip(node.issues, node.deviation.issues, strict=True):
            if issue.text not in seen:
                seen.add(issue.text)
                yield ProjectedNeed(
                    id=issue_id(issue.text, pattern),
                    type="ops_issue",
                    title=issue.text,
                    status="",
                    docname=node.docname,
                    place=value.place,
                    fields={"ops_url": issue.url},
                )
