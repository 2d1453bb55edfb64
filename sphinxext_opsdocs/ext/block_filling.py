"""Fills in what a page shows of the graph, before the page is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from docutils import nodes
from sphinx import addnodes
from sphinx.environment import BuildEnvironment

from sphinxext_opsdocs.ext.block_html import block_html, cell_html, table_html
from sphinxext_opsdocs.ext.block_nodes import block_nodes, cell_nodes, table_list, table_node
from sphinxext_opsdocs.ext.domain import OpsDomain
from sphinxext_opsdocs.ext.page_assets import is_marked, mark_page, table_script
from sphinxext_opsdocs.ext.page_blocks import (
    badges_of,
    card_of,
    dashboard_of,
    dependents_of,
    footer_of,
    header_of,
    neighbourhood_of,
    table_of,
)
from sphinxext_opsdocs.ext.page_display import anchor_sections
from sphinxext_opsdocs.ext.part_links import PartLinks
from sphinxext_opsdocs.fleet.fleet_rows import FleetRows
from sphinxext_opsdocs.markup import nodes as ops_nodes
from sphinxext_opsdocs.markup.anchors import read_need_pattern
from sphinxext_opsdocs.markup.phrases import translate, translate_count
from sphinxext_opsdocs.reports.blocks import Block, Cell
from sphinxext_opsdocs.reports.table_model import Table
from sphinxext_opsdocs.reports.table_reports import REPORTS

__all__ = ["fill_blocks"]

EPUB, LATEX = "epub", "latex"


def fill_blocks(document: nodes.document, env: BuildEnvironment) -> None:
    """Fill the placeholders of a page."""
    builder = OpsDomain.of(env).builder
    is_page = builder.format == "html" and builder.name != "singlehtml"
    page = _Page(document, env)
    # a page that shows nothing of ours is not walked through
    if is_marked(document) or not is_page:
        for node in list(_placeholders(document)):
            FILLED[type(node)](page, node)
    page.anchor_sections()


def _placeholders(root: nodes.Element) -> Iterator[nodes.Element]:
    for node in root.findall(nodes.Element):
        if type(node) in FILLED:
            yield node


class _Page:
    """A page that is about to be written."""

    def __init__(self, document: nodes.document, env: BuildEnvironment) -> None:
        self._document = document
        self._docname = env.docname
        self._ops_domain = OpsDomain.of(env)
        self._need_pattern = read_need_pattern(env.config)
        self._docnames = dict(_docnames_of_placeholders(document))
        self._builder = self._ops_domain.builder
        # a reader of books runs no script, and may show no picture
        self._is_html = self._builder.format == "html" and self._builder.name != EPUB

    def _links(self, node: nodes.Element) -> PartLinks:
        """The links from the page that a node is on, which may be one of many."""
        docname = self._docnames.get(id(node), self._docname)
        return PartLinks(self._ops_domain.shown_graph, self._builder, docname)

    def _shown(self, block: Block, links: PartLinks) -> list[nodes.Node]:
        if self._is_html:
            return [_raw(block_html(block, links))]
        return list(block_nodes(block, links))

    def _shown_cell(self, cell: Cell, links: PartLinks) -> list[nodes.Node]:
        if self._is_html:
            return [_raw(cell_html(cell, links))]
        return list(cell_nodes(cell, links))

    def fill_header(self, node: nodes.Element) -> None:
        """Put the header into its container."""
        self._label(node, 0)
        self._fill(node, header_of(self._ops_domain, node["docname"]))

    def _label(self, node: nodes.Element, index: int) -> None:
        """Give links in latex a place: Sphinx writes no label for admonitions and containers."""
        if self._builder.format == LATEX and node["ids"]:
            node.insert(index, nodes.target("", "", ids=list(node["ids"])))

    def fill_footer(self, node: nodes.Element) -> None:
        """Put further fields into theirs."""
        self._fill(node, footer_of(self._ops_domain, node["docname"]))

    def _fill(self, node: nodes.Element, block: Block | None) -> None:
        if block:
            node += self._shown(block, self._links(node))
        else:
            node.parent.remove(node)

    def fill_deviation(self, node: nodes.Element) -> None:
        """Add severity and state to its title, and the rest below what was observed."""
        docname, number = node[ops_nodes.PLACE]
        title = node[0]
        assert isinstance(title, nodes.title)
        links = self._links(node)
        for part in badges_of(self._ops_domain, docname, number):
            title += [nodes.Text(" "), *self._shown_cell((part,), links)]
        self._label(node, 1)
        card = card_of(self._ops_domain, docname, number, self._need_pattern)
        ways = [i for i, child in enumerate(node) if isinstance(child, ops_nodes.workaround)]
        place = min(ways, default=len(node))
        node[place:place] = self._shown(card, links)

    def fill_dependents(self, node: nodes.Element) -> None:
        """Replace a placeholder by who depends on its section, or remove it."""
        block = dependents_of(self._ops_domain, node["docname"], node["anchor"])
        if block:
            node.replace_self(self._shown(block, self._links(node)))
        else:
            node.parent.remove(node)

    def fill_dashboard(self, node: nodes.Element) -> None:
        """Replace a placeholder by the dashboard."""
        node.replace_self(self._shown(dashboard_of(self._ops_domain), self._links(node)))

    def fill_neighbourhood(self, node: nodes.Element) -> None:
        """Replace a placeholder by the picture and list of a subject."""
        subject, value = node["subject"], node["value"]
        block = neighbourhood_of(self._ops_domain, subject, value)
        node.replace_self(self._shown(block, self._links(node)))

    def fill_report(self, node: nodes.Element) -> None:
        """Replace a placeholder by the table of its report."""
        table = table_of(self._ops_domain, node["kind"], node["options"])
        if table.rows:
            node.replace_self(self._table(table, node["kind"], self._links(node)))
        else:
            text = translate("None.")
            node.replace_self(nodes.paragraph("", text, classes=["opsdocs-empty"]))

    def fill_fleet_report(self, node: nodes.Element) -> None:
        """Replace a placeholder by the rows that were read for it."""
        from sphinxext_opsdocs.fleet.tables import report_table, trend_chart  # seldom needed

        kind, links = node["kind"], self._links(node)
        found = FleetRows(tuple(node["columns"]), [tuple(row) for row in node["rows"]])
        shown: list[nodes.Node] = []
        if kind == "trend" and (chart := trend_chart(found)):
            shown += self._shown(chart, links)
        if found.rows:
            shown.append(self._table(report_table(kind, found), f"fleet-{kind}", links))
        else:
            shown.append(nodes.paragraph("", translate("None."), classes=["opsdocs-empty"]))
        shown.append(nodes.paragraph("", node["standing"], classes=["opsdocs-standing"]))
        if node["more"]:
            text = translate_count("{count} more row:", "{count} more rows:", node["more"])
            shown.append(nodes.paragraph("", f"{text} ", *_with_commas(node.children)))
        node.replace_self(shown)

    def _table(self, table: Table, kind: str, links: PartLinks) -> nodes.Element:
        titles = [translate(title) for title in table.columns]
        if self._is_html:
            mark_page(self._document, has_tables=True)
            report = REPORTS.get(kind)  # those of a fleet have no switches
            chips = report.chips(self._ops_domain.config) if report else ()
            has_script = table_script() is not None
            return _raw(table_html(table, kind, titles, chips, links, has_script))
        if links.is_plain:
            return table_list(table, titles, links)
        return table_node(table, kind, titles, links)

    def anchor_sections(self) -> None:
        """Add the anchors of links of sphinx-needs to sections of specifications."""
        if self._need_pattern:
            anchors = self._ops_domain.section_anchors
            if not self._is_html or self._docname in anchors or self._builder.name == "singlehtml":
                anchor_sections(self._document, self._docname, anchors)


def _docnames_of_placeholders(document: nodes.document) -> Iterator[tuple[int, str]]:
    """Yield the page of each placeholder where many pages are in one document, by its identity."""
    # of pages within each other the inner ones come last; Sphinx leaves their parents as they were
    for page in document.findall(addnodes.start_of_file):
        for node in _placeholders(page):
            yield id(node), page["docname"]


def _with_commas(children: Iterable[nodes.Node]) -> Iterator[nodes.Node]:
    for index, child in enumerate(children):
        if index:
            yield nodes.Text(", ")
        yield child


def _raw(text: str) -> nodes.raw:
    return nodes.raw("", text, format="html")


FILLED: dict[type[nodes.Element], Callable[[_Page, nodes.Element], None]] = {
    ops_nodes.opsdocs_header: _Page.fill_header,
    ops_nodes.opsdocs_footer: _Page.fill_footer,
    ops_nodes.observed_deviation: _Page.fill_deviation,
    ops_nodes.dependents: _Page.fill_dependents,
    ops_nodes.neighbourhood: _Page.fill_neighbourhood,
    ops_nodes.dashboard: _Page.fill_dashboard,
    ops_nodes.report: _Page.fill_report,
    ops_nodes.fleet_report: _Page.fill_fleet_report,
}
