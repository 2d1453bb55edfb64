"""References and deviations that pages could record, from the links and issues in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from posixpath import dirname, join, normpath

from msgspec import Struct

from sphinxext_opsdocs.facts.model import DocumentFacts
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.issues.reference import resolve_issue

__all__ = ["DeviationProposal", "ReferenceProposal", "find_deviations", "find_references"]

ADDRESS = re.compile(r"https?://[^\s<>`\"')\]]+")


class ReferenceProposal(Struct, frozen=True, order=True):
    """A link that leads to a specification, which no canonical reference of the page names."""

    docname: str
    line: int
    target: str
    """As a canonical reference names it."""
    title: str
    """Of the section."""


class DeviationProposal(Struct, frozen=True, order=True):
    """A passage that names an issue, in a section that records no deviation."""

    docname: str
    line: int
    issue: str
    text: str


def find_references(
    graph: TraceabilityGraph, read_lines: Callable[[DocumentFacts], list[str]]
) -> Iterator[ReferenceProposal]:
    """Yield what governed pages link in specifications; ``read_lines`` reads their source."""
    for facts in _pages(graph):
        known = {
            edge.resolution.section.id
            for edge in graph.edges_by_document.get(facts.docname, ())
            if edge.resolution.section
        }
        found: set[str] = set()
        for line, target in _links(graph, facts, read_lines):
            section = graph.resolve(target).section
            if not section or section.is_document or section.docname == facts.docname:
                continue  # a reference names a section, which a person has to choose
            if section.id not in known | found:
                found.add(section.id)
                yield ReferenceProposal(facts.docname, line, section.id, section.full_title)


def find_deviations(graph: TraceabilityGraph) -> Iterator[DeviationProposal]:
    """Yield the passages of governed pages that name an issue of a configured tracker."""
    for facts in _pages(graph):
        recorded = {deviation.section for deviation in facts.deviations}
        passages = [(each, " ".join(each.text.split())) for each in graph.passages_of(facts)]
        for mention in dict.fromkeys(facts.mentions):
            issue = resolve_issue(graph.config, mention.text)
            if not issue.tracker or mention.section in recorded:
                continue
            for passage, text in passages:
                if passage.section == mention.section and mention.text in text:
                    yield DeviationProposal(facts.docname, passage.place.line, issue.text, text)
                    break


def _pages(graph: TraceabilityGraph) -> Iterator[DocumentFacts]:
    for facts in graph.documents.values():
        if graph.is_governed_folder(facts.docname) or facts.header:
            yield facts


def _links(
    graph: TraceabilityGraph,
    facts: DocumentFacts,
    read_lines: Callable[[DocumentFacts], list[str]],
) -> Iterator[tuple[int, str]]:
    """Lines and possible targets of the links of a page."""
    for link in facts.links:
        name = link.target
        if link.kind == "doc":
            page, mark, anchor = name.partition("#")
            name = normpath(join("/", dirname(facts.docname), page)).strip("/") + mark + anchor
        if link.kind in ("doc", "ref", "any"):
            for key in graph.config.domains:
                yield link.place.line, f"{key}:{name}"
    roots = tuple(each.base_url for each in graph.config.domains.values() if each.base_url)
    if not roots:
        return
    for number, line in enumerate(read_lines(facts), 1):
        for match in ADDRESS.finditer(line):
            if match[0].startswith(roots):
                yield number, match[0].rstrip(".,;:")
