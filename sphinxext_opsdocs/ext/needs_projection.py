"""The graph as plain values for sphinx-needs, without any import of sphinx-needs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from sphinxext_opsdocs.canonical.section import CanonicalSection
from sphinxext_opsdocs.facts.model import Place
from sphinxext_opsdocs.markup.anchors import (
    SECTION_LINK,
    make_document_id,
    make_issue_id,
    make_need_id,
    make_section_id,
)

if TYPE_CHECKING:
    from sphinxext_opsdocs.graph.graph import TraceabilityGraph

__all__ = ["FIELDS", "LINKS", "TYPES", "ProjectedNeed", "find_section_anchors", "projected_needs"]

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
    SECTION_LINK: ("refers to", "referred to by"),
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
    "ops_place": "file and line of the text, as file:line",
}
"""Need field -> description."""


class ProjectedNeed(Struct, frozen=True):
    """One object of the graph, as a need."""

    id: str
    type: str
    title: str
    status: str
    docname: str
    place: Place
    fields: Mapping[str, str]
    links: Mapping[str, tuple[str, ...]] = {}
    is_external: bool = False
    """It belongs to another project; ``docname`` is empty."""
    url: str = ""
    """Its address in that project; empty if it is unknown."""


def projected_needs(graph: TraceabilityGraph, pattern: str) -> dict[str, ProjectedNeed]:
    """Every object by id, in the order: documents, deviations, sections, issues.

    A canonical section that is a need of the user stays that need; links lead to it. If two objects
    get the same id, the first one wins.
    """
    needs: dict[str, ProjectedNeed] = {}
    for source in (_documents, _deviations, _sections, _issues):
        for need in source(graph, pattern):
            needs.setdefault(need.id, need)
    return needs


def _section_link(section: CanonicalSection, pattern: str) -> str:
    """The id of the need that stands for a section."""
    if section.entry.is_need and not section.is_external:
        return section.anchor
    return make_section_id(section.id, pattern)


def _documents(graph: TraceabilityGraph, pattern: str) -> Iterator[ProjectedNeed]:
    for document in graph.governed:
        header, facts = document.header, document.facts
        edges = graph.edges_by_document.get(facts.docname, ())
        resolved = (edge.resolution.section for edge in edges)
        yield ProjectedNeed(
            id=make_document_id(facts.docname, pattern),
            type="ops_document",
            title=facts.title or facts.docname,
            status=header.status,
            docname=facts.docname,
            place=header.place,
            fields={
                "ops_class": header.document_class,
                "ops_owner": ", ".join(header.owners),
                "ops_version": header.version,
            },
            links={SECTION_LINK: _unique(_section_link(s, pattern) for s in resolved if s)},
        )


def _deviations(graph: TraceabilityGraph, pattern: str) -> Iterator[ProjectedNeed]:
    governed = {document.facts.docname for document in graph.governed}
    for number in sorted(graph.deviations_by_id):
        node = graph.deviations_by_id[number][0]
        deviation = node.deviation
        sections = [spec.section for spec in node.specs if spec.section]
        links = {
            "ops_deviates": _unique(_section_link(section, pattern) for section in sections),
            "ops_tracked": _unique(make_issue_id(issue.text, pattern) for issue in node.issues),
        }
        if node.docname in governed:
            links["ops_recorded"] = (make_document_id(node.docname, pattern),)
        yield ProjectedNeed(
            id=make_need_id(deviation.id, pattern),
            type="deviation",
            title=deviation.title,
            status=deviation.state,
            docname=node.docname,
            place=deviation.place,
            fields={"ops_severity": deviation.severity, "ops_observed": deviation.observed},
            links=links,
        )


def find_section_anchors(
    graph: TraceabilityGraph, pattern: str
) -> Mapping[str, Sequence[tuple[str, str]]]:
    """The sections of this project that become needs: first anchor and id of the need, by page.

    The anchor of a whole page is empty. Without a pattern nothing becomes a need.
    """
    if not pattern:
        return {}
    anchors: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for section in _projected_sections(graph):
        if not section.is_external:
            anchor = next(iter(section.entry.anchors), "")
            anchors[section.docname].append((anchor, make_section_id(section.id, pattern)))
    return anchors


def _projected_sections(graph: TraceabilityGraph) -> Iterator[CanonicalSection]:
    resolved = (edge.resolution.section for edge in graph.edges)
    sections = {section.id: section for section in resolved if section}
    for key in sorted(sections):
        section = sections[key]
        if section.is_external or not section.entry.is_need:
            yield section


def _sections(graph: TraceabilityGraph, pattern: str) -> Iterator[ProjectedNeed]:
    for section in _projected_sections(graph):
        docname = section.docname
        if section.is_external:  # a docname of another project
            docname = ""
        owner = graph.config.domains[section.domain_key].owner or section.page.owner
        yield ProjectedNeed(
            id=make_section_id(section.id, pattern),
            type="canonical_section",
            title=section.title,
            status=section.status,
            docname=docname,
            place=section.place,
            fields={"ops_owner": owner},
            is_external=section.is_external,
            url=section.url,
        )


def _issues(graph: TraceabilityGraph, pattern: str) -> Iterator[ProjectedNeed]:
    numbers: set[str] = set()
    for node in graph.deviations:
        # an issue has its address, the value as written has its place
        for issue, value in zip(node.issues, node.deviation.issues, strict=True):
            if issue.text not in numbers:
                numbers.add(issue.text)
                yield ProjectedNeed(
                    id=make_issue_id(issue.text, pattern),
                    type="ops_issue",
                    title=issue.text,
                    status="",
                    docname=node.docname,
                    place=value.place,
                    fields={"ops_url": issue.url},
                )


def _unique(ids: Iterable[str]) -> tuple[str, ...]:
    """Each id once, in the order of its first occurrence: two texts can get the same id."""
    return tuple(dict.fromkeys(ids))
