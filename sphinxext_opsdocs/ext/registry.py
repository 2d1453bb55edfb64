"""Registers the directives, roles and reports with Sphinx."""

from sphinx.application import Sphinx

from sphinxext_opsdocs.markup.deviation import ObservedDeviation
from sphinxext_opsdocs.markup.directives import (
    CanonicalQuote,
    CanonicalRef,
    DocumentChange,
    OpsdocsIgnore,
    WorkaroundDirective,
)
from sphinxext_opsdocs.markup.nodes import NODES
from sphinxext_opsdocs.markup.reports import report_directive
from sphinxext_opsdocs.markup.roles import CanonicalRole, DeviationRole
from sphinxext_opsdocs.reports.cells import DOCNAME_FILTERS
from sphinxext_opsdocs.reports.tables import REPORTS, filter_fault

__all__ = ["DIRECTIVES", "ROLES", "add_markup"]

DIRECTIVES = {
    "canonical-ref": CanonicalRef,
    "canonical-quote": CanonicalQuote,
    "observed-deviation": ObservedDeviation,
    "workaround": WorkaroundDirective,
    "document-change": DocumentChange,
    "opsdocs-ignore": OpsdocsIgnore,
}
ROLES = {"canonical": CanonicalRole, "deviation": DeviationRole}


def add_markup(app: Sphinx) -> None:
    """Register every node, directive, role and report."""
    for node in NODES:
        app.add_node(node)  # without visitors: each is written as the docutils node it is
    for name, directive in DIRECTIVES.items():
        app.add_directive(name, directive)
    for name, role in ROLES.items():
        app.add_role(name, role())
    for kind, report in REPORTS.items():
        app.add_directive(
            report.directive,
            report_directive(kind, tuple(report.filters), DOCNAME_FILTERS, filter_fault),
        )
