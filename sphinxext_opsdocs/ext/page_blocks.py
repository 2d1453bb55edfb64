"""The blocks of a page: what it shows of the graph."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from sphinxext_opsdocs.config.schema import METRICS_FILE
from sphinxext_opsdocs.ext.links import hidden_condition
from sphinxext_opsdocs.markup.anchors import make_issue_id
from sphinxext_opsdocs.reports.blocks import (
    Block,
    Cell,
    Fold,
    Line,
    Part,
    counted,
    deviation_part,
    joined,
    phrase,
    place_part,
    url_part,
)
from sphinxext_opsdocs.reports.deviation_card import deviation_badges, deviation_rows
from sphinxext_opsdocs.reports.kinds import SUSPECTS_KIND
from sphinxext_opsdocs.reports.neighbourhood import neighbourhood
from sphinxext_opsdocs.reports.page_header import page_footer, page_header
from sphinxext_opsdocs.reports.table_reports import REPORTS

if TYPE_CHECKING:
    from sphinxext_opsdocs.ext.domain import OpsDomain
    from sphinxext_opsdocs.impact.impact import Use
    from sphinxext_opsdocs.reports.filters import Filters
    from sphinxext_opsdocs.reports.table_model import Table

__all__ = [
    "badges_of",
    "card_of",
    "dashboard_of",
    "dependents_of",
    "footer_of",
    "header_of",
    "neighbourhood_of",
    "table_of",
]


def header_of(ops_domain: OpsDomain, docname: str) -> Block | None:
    """The header of a page; None for a page without one."""
    document = ops_domain.shown_graph.governed_by_name.get(docname)
    if not document:
        return None
    pages = (
        name
        for name, uses in sorted(ops_domain.reports.items())
        if any(kind == SUSPECTS_KIND and not options for kind, options in uses)
    )
    facts = document.facts
    # what this build does not show is not announced
    shown = tuple(
        deviation
        for deviation in facts.deviations
        if not hidden_condition(ops_domain.builder, facts, deviation.anchor)
    )
    document = replace(document, facts=replace(facts, deviations=shown))
    graph, today = ops_domain.shown_graph, ops_domain.today
    return page_header(graph, document, today, next(pages, ""))


def footer_of(ops_domain: OpsDomain, docname: str) -> Block | None:
    """The further fields of the header of a page; None if there are none."""
    document = ops_domain.shown_graph.governed_by_name.get(docname)
    if not document:
        return None
    return page_footer(ops_domain.shown_graph, document)


def badges_of(ops_domain: OpsDomain, docname: str, number: int) -> Cell:
    """Severity and state of a deviation, by its number on a page."""
    node = ops_domain.shown_graph.deviations_by_document[docname][number]
    return deviation_badges(ops_domain.shown_graph, node.deviation)


def card_of(ops_domain: OpsDomain, docname: str, number: int, need_pattern: str) -> Block:
    """Sections, issues, sightings and age of a deviation, by its number on a page.

    ``need_pattern`` is that of need ids; empty in a project without sphinx-needs.
    """
    nodes = ops_domain.shown_graph.deviations_by_document[docname]
    anchors: Mapping[str, str] = {}
    if need_pattern:
        before = {issue.text for node in nodes[:number] for issue in node.issues}
        # the first link of a page is the need
        texts = [issue.text for issue in nodes[number].issues if issue.text not in before]
        anchors = {text: make_issue_id(text, need_pattern) for text in texts}
    return deviation_rows(ops_domain.shown_graph, nodes[number], ops_domain.today, anchors)


def dashboard_of(ops_domain: OpsDomain) -> Block:
    """The dashboard, of the check of this build."""
    # only if a page shows it
    from sphinxext_opsdocs.reports.dashboard import dashboard
    from sphinxext_opsdocs.reports.figures import read_recorded

    recorded = read_recorded(Path(ops_domain.builder.confdir, METRICS_FILE))
    return dashboard(ops_domain.shown_graph, ops_domain.result, ops_domain.today, recorded)


def neighbourhood_of(ops_domain: OpsDomain, subject: str, value: str) -> Block:
    """What depends on what around a subject."""
    return neighbourhood(ops_domain.shown_graph, subject, value)


def table_of(ops_domain: OpsDomain, kind: str, options: Filters) -> Table:
    """The table of a report."""
    return REPORTS[kind].page_table(ops_domain.shown_graph, ops_domain.today, options)


def dependents_of(ops_domain: OpsDomain, docname: str, anchor: str) -> Block | None:
    """The pages that refer to a section of this project, and the open deviations against it.

    None if no page refers to it.
    """
    from sphinxext_opsdocs.impact.impact import count_uses  # only if a page shows it

    docname = ops_domain.graph.aliases.get(docname, docname)
    uses = ops_domain.impact.direct_uses(("", docname, anchor))
    pages, deviations = count_uses(uses)
    if not pages:
        return None
    referring = counted(
        "{count} page refers to this section", "{count} pages refer to this section", pages
    )
    against = phrase("no deviations are open against it")
    if deviations:
        against = counted(
            "{count} deviation is open against it",
            "{count} deviations are open against it",
            deviations,
        )
    summary = (referring, Part(", "), against, Part("."))
    by_page = {(use.project, use.docname): use for use in reversed(uses)}
    lines = [Line(joined(_page_of(use) for _, use in sorted(by_page.items())))]
    if deviations:
        # one without an id has nothing to link
        named = (use for use in uses if use.state == "open" and use.deviation)
        if cell := joined(dict.fromkeys(map(_deviation_of, named))):
            lines.append(Line(cell))
    return Fold(summary, tuple(lines), "dependents")


def _page_of(use: Use) -> Part:
    if use.project:
        return url_part(f"{use.project}: {use.title}", use.url)
    return place_part(use.docname, use.anchor, use.title)


def _deviation_of(use: Use) -> Part:
    if use.project:
        return url_part(use.deviation, use.url)
    return deviation_part(use.deviation)
