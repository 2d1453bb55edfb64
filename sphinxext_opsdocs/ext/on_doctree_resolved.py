"""What pages show of others: report tables, and who depends on a section."""

from __future__ import annotations

from collections.abc import Iterator

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.errors import NoUri
from sphinx.util.nodes import make_refnode

from sphinxext_opsdocs.ext.domain import OpsDomain, external_link
from sphinxext_opsdocs.issues.snapshot import told
from sphinxext_opsdocs.markup.nodes import ISSUE, dependents, report
from sphinxext_opsdocs.reports.cells import Cell, Part, Table
from sphinxext_opsdocs.reports.tables import make_table

__all__ = ["fill_reports"]


def fill_reports(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Fill what a page shows of others, or all pages that a builder put into one document."""
    domain = app.env.domains["ops"]
    assert isinstance(domain, OpsDomain)
    whole = app.builder.format != "html" or app.builder.name == "singlehtml"
    shows_dependents = domain.config.show_dependents and docname in domain.graph.specifications
    facts = domain.documents.get(docname)
    if domain.inputs.issues and (whole or (facts and facts.deviations)):
        _tell_of_issues(doctree, domain)
    if docname not in domain.reports and not whole and not shows_dependents:
        return
    for placeholder in list(doctree.findall(dependents)):
        text = domain.dependents_of(placeholder["docname"], placeholder["anchor"])
        if text:
            line = nodes.paragraph("", text, classes=["opsdocs-dependents"])
            placeholder.replace_self(line)
        else:
            placeholder.parent.remove(placeholder)
    for node in list(doctree.findall(report)):
        table = make_table(node["kind"], domain.graph, domain.today, node["filters"])
        if table.rows:
            node.replace_self(_table(table, node["kind"], domain, app.builder, docname))
        else:
            node.replace_self(nodes.paragraph("", "None.", classes=["opsdocs-empty"]))


def _tell_of_issues(doctree: nodes.document, domain: OpsDomain) -> None:
    """Put what the snapshot knows of each issue behind the link to it."""
    for link in list(doctree.findall(nodes.Element)):
        if ISSUE not in link.attributes or not link.parent:
            continue
        number, text = link.attributes[ISSUE]
        node = next(iter(domain.graph.deviations_by_id.get(number, ())), None)
        issue = next((issue for issue in node.issues if issue.text == text), None) if node else None
        if issue and (state := domain.graph.state_of(issue)):
            link.parent.insert(link.parent.index(link) + 1, nodes.Text(f" {told(state)}"))


def _table(
    table: Table, kind: str, domain: OpsDomain, builder: Builder, docname: str
) -> nodes.Element:
    group = nodes.tgroup("", cols=len(table.columns))
    group += [nodes.colspec("", colwidth=width) for width in _widths(table)]
    head = nodes.row("", *(_entry([nodes.Text(title)]) for title in table.columns))
    body = nodes.tbody("")
    for row in table.rows:
        cells = (_entry(list(_parts(cell, domain, builder, docname))) for cell in row.cells)
        body += nodes.row("", *cells, classes=[f"opsdocs-{row.mark}"] if row.mark else [])
    group += [nodes.thead("", head), body]
    classes = ["opsdocs-report", f"opsdocs-{kind}", "colwidths-auto"]
    return nodes.container("", nodes.table("", group, classes=classes), classes=["opsdocs-scroll"])


def _widths(table: Table) -> Iterator[int]:
    """Characters for each column, which matter to writers of plain text alone."""
    for index, title in enumerate(table.columns):
        texts = ["".join(part.text for part in row.cells[index]) for row in table.rows]
        yield min(max(map(len, [title, *texts])), 32)


def _entry(content: list[nodes.Node]) -> nodes.entry:
    return nodes.entry("", nodes.paragraph("", "", *content))


def _parts(cell: Cell, domain: OpsDomain, builder: Builder, docname: str) -> Iterator[nodes.Node]:
    for part in cell:
        try:
            yield _link(part, domain, builder, docname) if part.kind else nodes.Text(part.text)
        except NoUri:  # the page is in no document of this output
            yield nodes.Text(part.text)


def _link(part: Part, domain: OpsDomain, builder: Builder, docname: str) -> nodes.Node:
    text = nodes.inline("", part.text)
    if part.kind == "url":
        return nodes.reference("", "", nodes.Text(part.text), refuri=part.target)
    if part.kind == "doc":
        return make_refnode(builder, docname, part.target, None, text)
    if part.kind == "deviation":
        node = domain.graph.deviations_by_id[part.target][0]
        return make_refnode(builder, docname, node.docname, node.deviation.anchor, text)
    section = domain.graph.resolve(part.target).section
    if not section:
        return nodes.Text(part.text)
    if section.is_external:
        return external_link(section, text)
    return make_refnode(builder, docname, section.docname, section.anchor, text)
