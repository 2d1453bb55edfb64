"""The titles that readers of a translated page see; its facts have those of the original."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from docutils import nodes
from msgspec.structs import replace

from sphinxext_opsdocs.facts.model import DocumentFacts
from sphinxext_opsdocs.markup.nodes import observed_deviation

__all__ = ["Titles", "read_titles", "with_titles"]


class Titles(NamedTuple):
    """The titles of one page."""

    page: str
    sections: Mapping[str, str]
    """By first anchor."""
    deviations: Mapping[str, str]
    """By anchor."""


def read_titles(doctree: nodes.document) -> Titles:
    """Return the titles that a doctree shows."""
    sections: dict[str, str] = {}
    for section in doctree.findall(nodes.section):
        if section["ids"] and isinstance(section[0], nodes.title):
            sections[section["ids"][0]] = section[0].astext()
    deviations: dict[str, str] = {}
    for node in doctree.findall(observed_deviation):
        # the words of the writer, behind a phrase of ours
        parts = (part for part in node[0].children if isinstance(part, nodes.inline))
        texts = [part.astext() for part in parts if part.get("translatable")]
        if node["ids"] and texts:
            deviations[node["ids"][0]] = texts[0]
    return Titles(next(iter(sections.values()), ""), sections, deviations)


def with_titles(facts: DocumentFacts, titles: Titles | None) -> DocumentFacts:
    """Return the facts of a page with other titles."""
    if titles is None:
        return facts
    return replace(
        facts,
        title=titles.page or facts.title,
        sections=tuple(
            replace(section, title=titles.sections.get(section.anchors[0], section.title))
            for section in facts.sections
        ),
        deviations=tuple(
            replace(deviation, title=titles.deviations.get(deviation.anchor, deviation.title))
            for deviation in facts.deviations
        ),
    )
