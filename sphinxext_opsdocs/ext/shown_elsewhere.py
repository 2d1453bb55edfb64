"""The content that pages show of other pages: when it changes, they have to be written again."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping

from sphinxext_opsdocs.ext.domain import OpsDomain
from sphinxext_opsdocs.ext.page_blocks import (
    card_of,
    dashboard_of,
    dependents_of,
    footer_of,
    header_of,
    neighbourhood_of,
    table_of,
)
from sphinxext_opsdocs.markup.dashboard import DASHBOARD
from sphinxext_opsdocs.markup.traceability import GRAPH
from sphinxext_opsdocs.reports.blocks import Block, Part, parts_of

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
            condition = _condition(ops_domain, section.docname, section.anchor)
            text = f"{where} {section.page_title} {section.title}{condition}"
            yield edge.docname, text


def _linked_deviations(ops_domain: OpsDomain) -> Shown:
    for facts in ops_domain.shown_graph.documents.values():
        for link in facts.links:
            if link.kind not in ("deviation", "any"):
                continue
            for node in ops_domain.shown_graph.deviations_by_id.get(link.target, ())[:1]:
                deviation = node.deviation
                condition = _condition(ops_domain, node.docname, deviation.anchor)
                text = f"{node.docname}#{deviation.anchor} {deviation.title}{condition}"
                yield facts.docname, text


def _condition(ops_domain: OpsDomain, docname: str, anchor: str) -> str:
    """What decides whether a target of this project is shown, and so linked."""
    facts = ops_domain.graph.documents.get(docname)
    condition = facts.conditions.get(anchor) if facts else None
    return f" if {condition}" if condition else ""


def _blocks(ops_domain: OpsDomain) -> Shown:
    """Headers, deviations and dependents, which are made from the graph as pages are written."""
    graph = ops_domain.shown_graph
    for docname in graph.governed_by_name:
        for block in (header_of(ops_domain, docname), footer_of(ops_domain, docname)):
            yield from _of_block(ops_domain, docname, block)
    for docname, nodes in graph.deviations_by_document.items():
        for number in range(len(nodes)):
            yield from _of_block(ops_domain, docname, card_of(ops_domain, docname, number, ""))
    if ops_domain.config.show_dependents:
        for docname, page in ops_domain.graph.canonical_pages.items():
            for entry in page.sections:
                block = dependents_of(ops_domain, docname, entry.anchors[0])
                yield from _of_block(ops_domain, docname, block)


def _of_block(ops_domain: OpsDomain, docname: str, block: Block | None) -> Shown:
    if block:
        yield docname, repr(block)
        for part in parts_of(block):
            if address := _address(ops_domain, part):
                yield docname, address


def _section_anchors(ops_domain: OpsDomain) -> Shown:
    for docname, anchors in ops_domain.section_anchors.items():
        for anchor, need_id in anchors:
            yield docname, f"{anchor} {need_id}"


def _report_tables(ops_domain: OpsDomain) -> Shown:
    for docname, uses in sorted(ops_domain.reports.items()):
        for kind, options in uses:
            if kind == DASHBOARD:
                yield from _of_block(ops_domain, docname, dashboard_of(ops_domain))
                continue
            if kind == GRAPH:
                ((subject, (value,)),) = options.items()
                block = neighbourhood_of(ops_domain, subject, value)
                yield from _of_block(ops_domain, docname, block)
                continue
            table = table_of(ops_domain, kind, options)
            yield docname, repr(table)
            for part in (part for row in table.rows for cell in row.cells for part in cell):
                yield docname, _address(ops_domain, part)


def _address(ops_domain: OpsDomain, part: Part) -> str:
    """Where a part leads: a section or deviation of the same name can be on another page now."""
    if part.kind == "place":
        docname, _, anchor = part.target.partition("#")
        return part.target + _condition(ops_domain, docname, anchor)
    if part.kind == "doc" and not part.text:
        return ops_domain.env.titles[part.target].astext()
    if part.kind == "deviation":
        node = ops_domain.graph.deviations_by_id[part.target][0]
        address = f"{node.docname}#{node.deviation.anchor}"
        return address + _condition(ops_domain, node.docname, node.deviation.anchor)
    if part.kind == "canonical" and (section := ops_domain.graph.resolve(part.target).section):
        address = section.url or section.name
        return address + _condition(ops_domain, section.docname, section.anchor)
    return ""


SOURCES = (
    _referenced_sections,
    _linked_deviations,
    _blocks,
    _section_anchors,
    _report_tables,
)


def _digest(lines: list[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogatepass")).hexdigest()
