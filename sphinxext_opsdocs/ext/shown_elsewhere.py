"""The content that pages show of other pages: when it changes, they have to be written again."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping

from sphinxext_opsdocs.ext.domain import OpsDomain
from sphinxext_opsdocs.ext.page_display import dependents_line
from sphinxext_opsdocs.issues.snapshot import describe_state
from sphinxext_opsdocs.reports.tables import make_table

__all__ = ["digests_of_shown"]

Shown = Iterator[tuple[str, str]]
"""Docname of a page, and a text for one thing that it shows of another page."""


def digests_of_shown(ops_domain: OpsDomain) -> Mapping[str, str]:
    """By docname, the digest of everything that a page shows of other pages."""
    lines: dict[str, list[str]] = defaultdict(list)
    for source in SOURCES:
        for docname, text in source(ops_domain):
            lines[docname].append(text)
    return {docname: _digest(texts) for docname, texts in lines.items()}


def _referenced_sections(ops_domain: OpsDomain) -> Shown:
    for edge in ops_domain.shown_graph.edges:
        if section := edge.resolution.section:
            where = section.url or section.name
            yield edge.docname, f"{where} {section.page_title} {section.title}"


def _linked_deviations(ops_domain: OpsDomain) -> Shown:
    for facts in ops_domain.shown_graph.documents.values():
        for link in facts.links:
            if link.kind not in ("deviation", "any"):
                continue
            for node in ops_domain.shown_graph.deviations_by_id.get(link.target, ())[:1]:
                deviation = node.deviation
                yield facts.docname, f"{node.docname}#{deviation.anchor} {deviation.title}"


def _issue_states(ops_domain: OpsDomain) -> Shown:
    if not ops_domain.inputs.issues:
        return
    for node in ops_domain.graph.deviations:
        for issue in node.issues:
            if state := ops_domain.graph.state_of(issue):
                yield node.docname, f"{issue.text} {describe_state(state)}"


def _related_pages(ops_domain: OpsDomain) -> Shown:
    for document in ops_domain.graph.governed:
        for target in (document.header.superseded_by, *document.header.supersedes):
            if page := ops_domain.shown_graph.documents.get(target):
                yield document.facts.docname, f"{target} {page.title}"


def _dependents(ops_domain: OpsDomain) -> Shown:
    if not ops_domain.config.show_dependents:
        return
    for docname, page in ops_domain.graph.canonical_pages.items():
        for entry in page.sections:
            if text := dependents_line(ops_domain, docname, entry.anchors[0]):
                yield docname, f"{entry.anchors[0]} {text}"


def _section_anchors(ops_domain: OpsDomain) -> Shown:
    for docname, anchors in ops_domain.section_anchors.items():
        for anchor, need_id in anchors:
            yield docname, f"{anchor} {need_id}"


def _report_tables(ops_domain: OpsDomain) -> Shown:
    for docname, uses in sorted(ops_domain.reports.items()):
        for kind, filters in uses:
            table = make_table(kind, ops_domain.shown_graph, ops_domain.today, filters)
            yield docname, repr(table.rows)


SOURCES = (
    _referenced_sections,
    _linked_deviations,
    _issue_states,
    _related_pages,
    _dependents,
    _section_anchors,
    _report_tables,
)


def _digest(lines: list[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogatepass")).hexdigest()
