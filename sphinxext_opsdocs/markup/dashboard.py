"""The directive ``governance-dashboard``: how the documents stand, for their owner."""

from __future__ import annotations

from docutils import nodes

from sphinxext_opsdocs.markup import nodes as ops_nodes
from sphinxext_opsdocs.markup.directive_base import OpsDirective

__all__ = ["DASHBOARD", "GovernanceDashboard"]

DASHBOARD = "dashboard"
"""The kind under which a page notes that it shows one, beside those of reports."""


class GovernanceDashboard(OpsDirective):
    """The verdict of the gate, what to fix first, and how things stand."""

    has_argument = False

    def run(self) -> list[nodes.Node]:
        """A node that is filled before the page is written."""
        self.refuse_content(self.read_head(), "a dashboard is of the whole project")
        node = ops_nodes.dashboard("")
        self.set_source_info(node)
        uses = self.env.domains["ops"].data["reports"]
        uses.setdefault(self.env.docname, []).append((DASHBOARD, {}))
        return [node]
