"""The directive ``traceability-graph``: what depends on what around one subject."""

from __future__ import annotations

from collections.abc import Collection

from docutils import nodes

from sphinxext_opsdocs.facts.model import GraphSubject
from sphinxext_opsdocs.markup import nodes as ops_nodes
from sphinxext_opsdocs.markup.directive_base import OpsDirective

__all__ = ["GRAPH", "graph_directive"]

GRAPH = "graph"
"""The kind under which a page notes that it shows one, beside those of reports."""


def graph_directive(subjects: Collection[str]) -> type[OpsDirective]:
    """The directive class; ``subjects`` are what a graph can be of."""

    class TraceabilityGraphDirective(OpsDirective):
        """A picture and a list of what depends on what."""

        has_argument = False
        option_names = tuple(subjects)

        def run(self) -> list[nodes.Node]:
            """A node that is filled before the page is written."""
            head = self.read_head()
            self.refuse_content(head, "an option says what the graph is of")
            if len(head.options) != 1 or not all(o.text for o in head.options.values()):
                names = ", ".join(f":{name}:" for name in subjects)
                self.problem(f"exactly one of {names} must say what the graph is of", self.place)
                return []
            ((subject, option),) = head.options.items()
            value = option.text
            if subject == "page" and value == "this":
                value = self.env.docname
            node = ops_nodes.neighbourhood("", subject=subject, value=value)
            node[ops_nodes.FACT] = GraphSubject(subject, value, option.place)
            self.set_source_info(node)
            uses = self.env.domains["ops"].data["reports"]
            uses.setdefault(self.env.docname, []).append((GRAPH, {subject: (value,)}))
            return [node]

    return TraceabilityGraphDirective
