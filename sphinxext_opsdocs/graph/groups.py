"""Groups of what the graph contains."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from typing import TypeVar

from sphinxext_opsdocs.config.schema import Config
from sphinxext_opsdocs.facts.model import DocumentFacts, Place, Workaround
from sphinxext_opsdocs.graph.nodes import CanonicalEdge, DeviationNode
from sphinxext_opsdocs.issues.reference import names_issue

__all__ = [
    "by_document",
    "issue_items",
    "linked_section_ids",
    "recorded_once",
    "workarounds_by_deviation",
]

Item = TypeVar("Item", CanonicalEdge, DeviationNode)


def by_document(items: Iterable[Item]) -> Mapping[str, Sequence[Item]]:
    """Return the items of each document that has any, in their order."""
    groups: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        groups[item.docname].append(item)
    return dict(groups)


def workarounds_by_deviation(
    documents: Iterable[DocumentFacts],
) -> Mapping[str, Sequence[tuple[str, Workaround]]]:
    """Return the workarounds with their docnames, by the id of their deviation."""
    groups: dict[str, list[tuple[str, Workaround]]] = defaultdict(list)
    for facts in documents:
        for workaround in facts.workarounds:
            groups[workaround.deviation].append((facts.docname, workaround))
    return dict(groups)


def issue_items(
    documents: Iterable[DocumentFacts], config: Config
) -> Mapping[tuple[str, str], Set[int]]:
    """Return the list items (0 for none) that mention an issue, by docname and section."""
    items: dict[tuple[str, str], set[int]] = defaultdict(set)
    for facts in documents:
        for mention in facts.mentions:
            if names_issue(config, mention.text):
                items[facts.docname, mention.section].add(mention.item)
    return dict(items)


def recorded_once(nodes: Iterable[DeviationNode]) -> Sequence[DeviationNode]:
    """Return each recorded deviation once: several pages may include the file that records it."""
    first: dict[tuple[str, Place], DeviationNode] = {}
    for node in nodes:
        first.setdefault((node.deviation.id, node.deviation.place), node)
    return list(first.values())


def linked_section_ids(edges: Iterable[CanonicalEdge]) -> Set[str]:
    """Return the ids of the sections that references lead to."""
    return {edge.resolution.section.id for edge in edges if edge.resolution.section}
