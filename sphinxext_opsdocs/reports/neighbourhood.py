"""What depends on what around a page, a deviation, a section or a spec domain."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from sphinxext_opsdocs.canonical.section import CanonicalSection
from sphinxext_opsdocs.graph.groups import recorded_once
from sphinxext_opsdocs.graph.nodes import DeviationNode
from sphinxext_opsdocs.graph.subjects import subject_fault
from sphinxext_opsdocs.issues.reference import Issue
from sphinxext_opsdocs.reports.blocks import (
    Block,
    Cell,
    Diagram,
    DiagramNode,
    Group,
    Items,
    Line,
    Part,
    counted,
    deviation_part,
    doc_part,
    joined,
    phrase,
    titled_section,
    url_part,
)
from sphinxext_opsdocs.reports.deviation_card import state_parts
from sphinxext_opsdocs.reports.severities import severity_badge, severity_order, severity_tone

if TYPE_CHECKING:
    from sphinxext_opsdocs.graph.graph import TraceabilityGraph

__all__ = ["neighbourhood"]

MOST_NODES = 40
"""Boxes of a diagram; the list beside it has everything."""
PAGE, SECTION, DEVIATION, ISSUE = range(4)
"""Columns of a diagram, from left to right."""


def neighbourhood(graph: TraceabilityGraph, subject: str, value: str) -> Block:
    """The diagram of a subject and the same as a list; only a line for one that does not exist."""
    if fault := subject_fault(graph, subject, value):
        return Line((Part(fault),))
    around = _Around(graph, subject, value)
    blocks: tuple[Block, ...] = around.diagram(), *around.left_out(), around.listed()
    return Group(blocks, "neighbourhood")


class _Around:
    """The sections around a subject, with the pages and deviations that name them."""

    def __init__(self, graph: TraceabilityGraph, subject: str, value: str) -> None:
        self._graph, self._subject, self._value = graph, subject, value
        self._sections = dict(self._find_sections())
        """By id, in the order to show them."""
        self._pages: Mapping[str, list[str]] = self._find_pages()
        self._deviations = self._find_deviations()

    def _find_sections(self) -> Iterator[tuple[str, CanonicalSection]]:
        graph, value = self._graph, self._value
        if self._subject == "section":
            section = graph.resolve(value).section
            assert section
            yield section.id, section
        elif self._subject == "deviation":
            for spec in graph.deviations_by_id[value][0].specs:
                if spec.section:
                    yield spec.section.id, spec.section
        else:
            edges = graph.edges
            if self._subject == "page":
                edges = graph.edges_by_document.get(value, ())
            for edge in edges:
                section = edge.resolution.section
                if section and (self._subject == "page" or section.domain_key == value):
                    yield section.id, section
            if self._subject == "page":  # of a specification: those of its sections that count
                for edge in graph.edges:
                    section = edge.resolution.section
                    if section and not section.is_external and section.docname == value:
                        yield section.id, section

    def _find_pages(self) -> Mapping[str, list[str]]:
        """Docnames of the pages that refer to each section."""
        pages: dict[str, dict[str, None]] = defaultdict(dict)
        for edge in self._graph.edges:
            if edge.resolution.section and edge.resolution.section.id in self._sections:
                pages[edge.resolution.section.id][edge.docname] = None
        return {key: list(names) for key, names in pages.items()}

    def _find_deviations(self) -> Mapping[str, list[DeviationNode]]:
        """The open deviations from each section, the worst first; of a deviation, itself alone."""
        config = self._graph.config
        records = recorded_once(self._graph.deviations)
        still_open = [node for node in records if node.deviation.state == "open"]
        nodes: Sequence[DeviationNode]
        nodes = sorted(still_open, key=lambda node: severity_order(config, node.deviation))
        if self._subject == "deviation":
            nodes = self._subject_nodes()
        found: dict[str, list[DeviationNode]] = defaultdict(list)
        for node in nodes:
            keys = {spec.section.id for spec in node.specs if spec.section}
            for key in self._sections:
                if key in keys and node.deviation.id:
                    found[key].append(node)
        return found

    def diagram(self) -> Diagram:
        """The boxes and lines, as many as fit."""
        nodes: dict[str, DiagramNode] = {}
        lines: dict[tuple[str, str], None] = {}
        for node, line in self._drawn():
            if node.key not in nodes:
                if len(nodes) >= MOST_NODES:
                    continue
                nodes[node.key] = node
            if line:
                lines[line] = None
        kept = tuple(line for line in lines if line[0] in nodes and line[1] in nodes)
        titles = (
            phrase("pages"),
            phrase("canonical sections"),
            phrase("open deviations"),
            phrase("issues"),
        )
        return Diagram(titles, tuple(nodes.values()), kept)

    def left_out(self) -> Iterator[Line]:
        """How many boxes did not fit."""
        keys = {node.key for node, _ in self._drawn()}
        more = len(keys) - MOST_NODES
        if more > 0:
            text = phrase(
                "The picture shows the nearest {shown}; {count} more are in the list.",
                shown=str(MOST_NODES),
                count=str(more),
            )
            yield Line((text,))

    def _drawn(self) -> Iterator[tuple[DiagramNode, tuple[str, str] | None]]:
        """Boxes with the line that leads to them, the nearest first; a box can come again."""
        graph = self._graph
        if self._subject == "page":
            yield self._page(self._value), None
        if self._subject == "deviation":
            yield self._deviation(self._graph.deviations_by_id[self._value][0]), None
        for section in self._sections.values():
            yield self._section(section), None
        for key in self._sections:
            for docname in self._pages_of(key):
                yield self._page(docname), (f"page {docname}", f"section {key}")
        for key, nodes in self._deviations.items():
            for node in nodes:
                number = f"deviation {node.deviation.id}"
                yield self._deviation(node), (f"section {key}", number)
        for deviations in (*self._deviations.values(), self._subject_nodes()):
            for node in deviations:
                for issue in node.issues:
                    box = DiagramNode(
                        f"issue {issue.text}",
                        ISSUE,
                        url_part(issue.text, issue.url),
                        _state_of(graph, issue),
                    )
                    yield box, (f"deviation {node.deviation.id}", box.key)

    def _subject_nodes(self) -> Sequence[DeviationNode]:
        if self._subject != "deviation":
            return ()
        return self._graph.deviations_by_id[self._value][:1]

    def _pages_of(self, key: str) -> Iterable[str]:
        """The pages to draw: of a page, only itself; the list names the others."""
        names = self._pages.get(key, [])
        is_own = self._sections[key].docname == self._value
        if self._subject == "page" and not is_own:
            return [self._value] if self._value in names else []
        if self._subject == "deviation":
            return [self._graph.deviations_by_id[self._value][0].docname]
        return names

    def _page(self, docname: str) -> DiagramNode:
        facts = self._graph.documents[docname]
        below = Part("")
        if facts.header and facts.header.version:
            below = phrase("version {version}", version=facts.header.version)
        return DiagramNode(f"page {docname}", PAGE, doc_part(docname, facts.title), below)

    def _section(self, section: CanonicalSection) -> DiagramNode:
        count = len(self._pages.get(section.id, ()))
        below = counted("{count} page", "{count} pages", count)
        title = replace(titled_section(section), text=section.title or section.id)
        return DiagramNode(f"section {section.id}", SECTION, title, below)

    def _deviation(self, node: DeviationNode) -> DiagramNode:
        deviation = node.deviation
        tone = severity_tone(self._graph.config, deviation.severity)
        title = self._graph.documents[node.docname].title
        part = deviation_part(deviation.id)
        return DiagramNode(f"deviation {deviation.id}", DEVIATION, part, Part(title), tone)

    def listed(self) -> Block:
        """The same as a list, with everything."""
        if not self._sections:
            return Line((phrase("No canonical section is referred to."),))
        return Items(tuple(map(self._item, self._sections.values())))

    def _item(self, section: CanonicalSection) -> Cell:
        cell: list[Part] = [titled_section(section), Part(": ")]
        nodes = self._deviations.get(section.id, [])
        if not nodes:
            cell.append(phrase("nothing known to differ"))
        for index, node in enumerate(nodes):
            cell += [Part("; ")] if index else []
            cell.append(deviation_part(node.deviation.id))
            if node.deviation.severity:
                badge = severity_badge(self._graph.config, node.deviation.severity)
                cell += [Part(" "), badge]
            for issue in node.issues:
                cell += [Part(" "), url_part(issue.text, issue.url)]
                if state := self._graph.state_of(issue):
                    cell += state_parts(state)
        cell.append(Part("."))
        others = [name for name in self._pages.get(section.id, []) if name != self._value]
        if others:
            documents = self._graph.documents
            cell += [Part(" "), phrase("Relied on by"), Part(" ")]
            cell += joined(doc_part(name, documents[name].title) for name in others)
            cell.append(Part("."))
        return tuple(cell)


def _state_of(graph: TraceabilityGraph, issue: Issue) -> Part:
    state = graph.state_of(issue)
    return phrase(state.state) if state and state.state else Part("")
