"""Handler of ``doctree-resolved``: inserts report tables, issue states and dependents."""

from __future__ import annotations

from collections.abc import Iterator

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.errors import NoUri
from sphinx.util.nodes import make_refnode

from sphinxext_opsdocs.ext.domain import OpsDomain
from sphinxext_opsdocs.ext.links import external_link, hidden_condition
from sphinxext_opsdocs.ext.page_display import anchor_sections, dependents_line, shown_issue
from sphinxext_opsdocs.issues.snapshot import describe_state
from sphinxext_opsdocs.markup.nodes import ISSUE, dependents, report
from sphinxext_opsdocs.markup.phrases import translate
from sphinxext_opsdocs.reports.table_model import Cell, Part, Table
from sphinxext_opsdocs.reports.table_reports import make_table

__all__ = ["on_doctree_resolved"]

WIDEST_COLUMN = 32
"""In characters; text and man pages fold longer cells."""


def on_doctree_resolved(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Insert the content that a page shows of other pages.

    For builders that write one document, such as latex, ``doctree`` contains all their pages.
    """
    page = _Page(app, doctree, docname)
    page.show_issue_states()
    if page.shows_others:
        page.anchor_sections()
        page.show_dependents()
        page.show_reports()


class _Page:
    """A page that is about to be written."""

    def __init__(self, app: Sphinx, doctree: nodes.document, docname: str) -> None:
        self._ops_domain = OpsDomain.of(app.env)
        self._doctree, self._docname = doctree, docname
        self._builder: Builder = app.builder
        self._is_whole = app.builder.format != "html" or app.builder.name == "singlehtml"
        """The doctree may contain all pages."""

    @property
    def shows_others(self) -> bool:
        """Whether it may show report tables or dependents, or links to it come from there."""
        ops_domain = self._ops_domain
        if self._is_whole or self._docname in ops_domain.reports:
            return True
        if self._docname in ops_domain.section_anchors:
            return True
        return (
            ops_domain.config.show_dependents and self._docname in ops_domain.graph.specifications
        )

    def show_issue_states(self) -> None:
        """Insert the state of each issue, from the snapshot, after the link to the issue."""
        if not self._ops_domain.inputs.issues:
            return
        facts = self._ops_domain.documents.get(self._docname)
        if not self._is_whole and not (facts and facts.deviations):
            return
        for link in list(self._doctree.findall(nodes.Element)):
            if ISSUE not in link.attributes or not link.parent:
                continue
            issue = shown_issue(self._ops_domain, *link.attributes[ISSUE])
            if issue and (state := self._ops_domain.graph.state_of(issue)):
                text = nodes.Text(f" {describe_state(state, translate)}")
                link.parent.insert(link.parent.index(link) + 1, text)

    def anchor_sections(self) -> None:
        """Add the anchors of links of sphinx-needs to sections of specifications."""
        anchor_sections(self._doctree, self._docname, self._ops_domain.section_anchors)

    def show_dependents(self) -> None:
        """Replace each placeholder with a line on who depends on its section, or remove it."""
        for placeholder in list(self._doctree.findall(dependents)):
            text = dependents_line(self._ops_domain, placeholder["docname"], placeholder["anchor"])
            if text:
                line = nodes.paragraph("", text, classes=["opsdocs-dependents"])
                placeholder.replace_self(line)
            else:
                placeholder.parent.remove(placeholder)

    def show_reports(self) -> None:
        """Replace each placeholder with the table of its report."""
        ops_domain = self._ops_domain
        for node in list(self._doctree.findall(report)):
            graph = ops_domain.shown_graph
            table = make_table(node["kind"], graph, ops_domain.today, node["filters"])
            if table.rows:
                node.replace_self(self._table(table, node["kind"]))
            else:
                text = translate("None.")
                node.replace_self(nodes.paragraph("", text, classes=["opsdocs-empty"]))

    def _table(self, table: Table, kind: str) -> nodes.Element:
        group = nodes.tgroup("", cols=len(table.columns))
        group += [nodes.colspec("", colwidth=width) for width in _widths(table)]
        titles = (_entry([nodes.Text(translate(title))]) for title in table.columns)
        body = nodes.tbody("")
        for row in table.rows:
            cells = (_entry(list(self._parts(cell))) for cell in row.cells)
            classes = [f"opsdocs-{row.mark}"] if row.mark else []
            body += nodes.row("", *cells, classes=classes)
        group += [nodes.thead("", nodes.row("", *titles)), body]
        classes = ["opsdocs-report", f"opsdocs-{kind}", "colwidths-auto"]
        content = nodes.table("", group, classes=classes)
        return nodes.container("", content, classes=["opsdocs-scroll"])

    def _parts(self, cell: Cell) -> Iterator[nodes.Node]:
        for part in cell:
            try:
                yield self._part(part)
            except NoUri:  # such as a page in no document that latex writes
                yield nodes.Text(part.text)

    def _part(self, part: Part) -> nodes.Node:
        if part.template:
            return nodes.Text(translate(part.template, **dict(part.values)))
        if not part.kind:
            return nodes.Text(part.text)
        if part.kind == "url":
            return nodes.reference("", "", nodes.Text(part.text), refuri=part.target)
        text = nodes.inline("", part.text)
        if part.kind == "canonical":
            return self._section_link(part, text)
        if part.kind == "deviation":
            node = self._ops_domain.graph.deviations_by_id[part.target][0]
            return self._link(node.docname, node.deviation.anchor, text)
        return make_refnode(self._builder, self._docname, part.target, None, text)

    def _section_link(self, part: Part, text: nodes.inline) -> nodes.Node:
        section = self._ops_domain.graph.resolve(part.target).section
        if not section:
            return nodes.Text(part.text)
        if section.is_external:
            return external_link(section, text)
        return self._link(section.docname, section.anchor, text)

    def _link(self, docname: str, anchor: str, text: nodes.inline) -> nodes.Node:
        facts = self._ops_domain.graph.documents[docname]
        if hidden_condition(self._builder, facts, anchor):
            return text  # a report has a row for it all the same
        return make_refnode(self._builder, self._docname, docname, anchor, text)


def _widths(table: Table) -> Iterator[int]:
    """The width of each column in characters; only the writers of text and man pages use it."""
    for index, title in enumerate(table.columns):
        texts = ["".join(part.text for part in row.cells[index]) for row in table.rows]
        yield min(max(map(len, [translate(title), *texts])), WIDEST_COLUMN)


def _entry(content: list[nodes.Node]) -> nodes.entry:
    return nodes.entry("", nodes.paragraph("", "", *content))
