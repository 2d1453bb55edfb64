"""What a page shows of its facts, and the anchors that links to it use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from docutils import nodes

from sphinxext_opsdocs.ext.domain import OpsDomain
from sphinxext_opsdocs.facts.model import DocumentFacts
from sphinxext_opsdocs.issues.reference import Issue
from sphinxext_opsdocs.markup.anchors import make_document_id
from sphinxext_opsdocs.markup.header_display import header_block
from sphinxext_opsdocs.markup.nodes import dependents
from sphinxext_opsdocs.markup.phrases import translate, translate_count

__all__ = [
    "anchor_sections",
    "dependents_line",
    "place_dependents",
    "show_header",
    "shown_issue",
    "take_anchors",
]


def show_header(
    doctree: nodes.document, facts: DocumentFacts, ops_domain: OpsDomain, pattern: str
) -> None:
    """Insert the header, if there is one, below the title.

    ``pattern`` is that of need ids; empty in a project without sphinx-needs.
    """
    if not facts.header:
        return
    anchor = ""
    if pattern:
        anchor = make_document_id(facts.docname, pattern)
    block = header_block(facts.header, facts.docname, ops_domain.config, ops_domain.classes, anchor)
    for section in doctree.children:
        if isinstance(section, nodes.section):
            section.insert(1, block)
            return
    # a page without a title: docinfo, which Sphinx removes later, stays in front
    docinfo = [i for i, node in enumerate(doctree.children) if isinstance(node, nodes.docinfo)]
    doctree.insert(max(docinfo, default=-1) + 1, block)


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


def dependents_line(ops_domain: OpsDomain, docname: str, anchor: str) -> str:
    """How many pages refer to a section of this project, and its open deviations.

    Empty if no page refers to it.
    """
    from sphinxext_opsdocs.impact.impact import count_uses  # only if a page shows it

    docname = ops_domain.graph.aliases.get(docname, docname)
    pages, deviations = count_uses(ops_domain.impact.direct_uses(("", docname, anchor)))
    if not pages:
        return ""
    referring = translate_count(
        "{count} page refers to this section", "{count} pages refer to this section", pages
    )
    if not deviations:
        against = translate("no deviations are open against it")
    else:
        against = translate_count(
            "{count} deviation is open against it",
            "{count} deviations are open against it",
            deviations,
        )
    return f"{referring}, {against}."


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


def shown_issue(ops_domain: OpsDomain, number: str, text: str) -> Issue | None:
    """The issue of a deviation, by the id of the deviation and the text of the issue."""
    # an id can be given twice, which is a finding: each record shows its own issues
    for node in ops_domain.graph.deviations_by_id.get(number, ()):
        for issue in node.issues:
            if issue.text == text:
                return issue
    return None
