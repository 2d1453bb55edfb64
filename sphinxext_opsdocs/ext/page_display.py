"""Where a page shows what, and the anchors that links to it use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from docutils import nodes

from sphinxext_opsdocs.facts.model import Deviation, DocumentFacts
from sphinxext_opsdocs.markup.anchors import make_document_id
from sphinxext_opsdocs.markup.nodes import (
    PLACE,
    WORDS,
    dependents,
    observed_deviation,
    opsdocs_footer,
    opsdocs_header,
)

__all__ = [
    "anchor_sections",
    "place_dependents",
    "place_deviations",
    "place_header",
    "take_anchors",
]


def place_header(doctree: nodes.document, facts: DocumentFacts, pattern: str) -> None:
    """Insert the places of the header below the title, and of its further fields at the end.

    ``pattern`` is that of need ids; empty in a project without sphinx-needs.
    """
    if not facts.header:
        return
    docname = facts.docname
    anchors = [make_document_id(docname, pattern)] if pattern else []
    header = opsdocs_header("", ids=anchors, docname=docname)
    footer = opsdocs_footer("", docname=docname)
    for section in doctree.children:
        if isinstance(section, nodes.section):
            section.insert(1, header)
            section += footer
            return
    # a page without a title: docinfo, which Sphinx removes later, stays in front
    docinfo = [i for i, node in enumerate(doctree.children) if isinstance(node, nodes.docinfo)]
    doctree.insert(max(docinfo, default=-1) + 1, header)
    doctree += footer


def place_deviations(
    doctree: nodes.document, docname: str, deviations: Sequence[Deviation]
) -> None:
    """Note which deviation of the page each one is, and set its id apart from its title."""
    found = list(doctree.findall(observed_deviation))
    for number, (node, deviation) in enumerate(zip(found, deviations, strict=True)):
        node[PLACE] = docname, number
        title = node[0]
        if deviation.id and isinstance(title, nodes.title):
            before, _, after = title[0].astext().rpartition(deviation.id)
            title[:1] = [
                nodes.inline("", before, classes=[WORDS]),
                nodes.inline("", deviation.id, classes=["opsdocs-id"]),
                nodes.inline("", after, classes=[WORDS]),
            ]


def take_anchors(doctree: nodes.document, original: nodes.document) -> None:
    """Give the sections of a translated page the anchors of the original, besides their own."""
    sections = doctree.findall(nodes.section)
    for section, other in zip(sections, original.findall(nodes.section), strict=False):
        section["ids"] = list(dict.fromkeys((*other["ids"], *section["ids"])))


def place_dependents(doctree: nodes.document, docname: str) -> None:
    """Insert, below each title, the placeholder for the pages that depend on its section."""
    for section in doctree.findall(nodes.section):
        if section["ids"] and isinstance(section.next_node(), nodes.title):
            section.insert(1, dependents("", docname=docname, anchor=section["ids"][0]))


def anchor_sections(
    doctree: nodes.document,
    docname: str,
    section_anchors: Mapping[str, Sequence[tuple[str, str]]],
) -> None:
    """Give sections that something refers to the ids by which sphinx-needs links to them.

    ``section_anchors`` are those of :attr:`OpsDomain.section_anchors`; the doctree may contain the
    pages below ``docname`` too.
    """
    pages: set[str] = set()
    for section in doctree.findall(nodes.section):
        page = section.get("docname", docname)  # set where Sphinx joins pages
        own_anchors = set(section["ids"])
        if page not in pages:  # the first section stands for the whole page
            own_anchors.add("")
            pages.add(page)
        section["ids"] += [
            need_id
            for anchor, need_id in section_anchors.get(page, ())
            if anchor in own_anchors and need_id not in own_anchors
        ]
