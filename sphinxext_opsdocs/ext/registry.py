"""The nodes, directives, roles and reports that Sphinx has to register."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from docutils.parsers.rst import Directive
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxRole

from sphinxext_opsdocs.config.schema import Config
from sphinxext_opsdocs.markup.dashboard import GovernanceDashboard
from sphinxext_opsdocs.markup.deviation import ObservedDeviation
from sphinxext_opsdocs.markup.directives import (
    CanonicalQuote,
    CanonicalRef,
    DocumentChange,
    OpsdocsIgnore,
    WorkaroundDirective,
)
from sphinxext_opsdocs.markup.fleet import fleet_directive
from sphinxext_opsdocs.markup.nodes import NODES
from sphinxext_opsdocs.markup.records import ApprovalDirective, VerificationDirective
from sphinxext_opsdocs.markup.reports import report_directive
from sphinxext_opsdocs.markup.roles import CanonicalRole, DeviationRole
from sphinxext_opsdocs.markup.traceability import graph_directive
from sphinxext_opsdocs.reports.filters import DOCNAME_FILTERS
from sphinxext_opsdocs.reports.kinds import FLEET_REPORT_FILTERS, REPORT_KINDS, SUBJECTS

__all__ = ["DIRECTIVES", "ROLES", "add_nodes"]


def _options(kind: str) -> tuple[Collection[str], Collection[str]]:
    from sphinxext_opsdocs.reports.report import COLUMNS, SORT  # only for a page with a report
    from sphinxext_opsdocs.reports.table_reports import REPORTS

    return REPORTS[kind].filters, (*REPORTS[kind].later_filters, COLUMNS, SORT)


def _fault(kind: str, config: Config, name: str, values: Iterable[str]) -> str:
    from sphinxext_opsdocs.reports.table_reports import option_fault  # as above

    return option_fault(kind, config, name, values)


DIRECTIVES: dict[str, type[Directive]] = {
    "canonical-ref": CanonicalRef,
    "canonical-quote": CanonicalQuote,
    "observed-deviation": ObservedDeviation,
    "workaround": WorkaroundDirective,
    "document-change": DocumentChange,
    "verification": VerificationDirective,
    "approval": ApprovalDirective,
    "opsdocs-ignore": OpsdocsIgnore,
    "governance-dashboard": GovernanceDashboard,
    "traceability-graph": graph_directive(SUBJECTS),
    **{
        directive: report_directive(kind, _options, DOCNAME_FILTERS, _fault)
        for directive, kind in REPORT_KINDS.items()
    },
    **{
        f"fleet-{kind}": fleet_directive(kind, filters)
        for kind, filters in FLEET_REPORT_FILTERS.items()
    },
}
"""By short name; the domain has all of them too."""
ROLES: dict[str, type[SphinxRole]] = {"canonical": CanonicalRole, "deviation": DeviationRole}


def add_nodes(app: Sphinx) -> None:
    """Register every node."""
    for node in NODES:
        # without visitors: one for epub alone would end the fall-back of epub to html, also for
        # other extensions; as subclasses of docutils nodes ours need none
        app.add_node(node)
