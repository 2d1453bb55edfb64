"""Where parts of blocks lead, as a builder writes it."""

from __future__ import annotations

from docutils import nodes
from sphinx.builders import Builder
from sphinx.errors import NoUri
from sphinx.util.nodes import make_refnode

from sphinxext_opsdocs.ext.links import external_link, hidden_condition
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.markup.phrases import translate, translate_count
from sphinxext_opsdocs.reports.blocks import Part

__all__ = ["PartLinks"]

PLAIN_FORMATS = ("text", "man")
"""Formats of lines of characters."""


class PartLinks:
    """Makes texts and links of one page, as its builder writes them."""

    def __init__(self, graph: TraceabilityGraph, builder: Builder, docname: str) -> None:
        self._graph, self._builder, self._docname = graph, builder, docname

    @property
    def is_plain(self) -> bool:
        """Whether the builder writes lines of characters."""
        return self._builder.format in PLAIN_FORMATS

    def text(self, part: Part) -> str:
        """The text of a part in the language of the project."""
        if part.plural:
            return translate_count(part.template, part.plural, int(dict(part.values)["count"]))
        if part.template:
            return translate(part.template, **dict(part.values))
        if part.kind == "doc" and not part.text:  # of a page that has nothing of ours
            return self._builder.env.titles[part.target].astext()
        return part.text

    def link(self, part: Part, content: nodes.Node) -> nodes.Node:
        """The content with the link of a part around it; the content alone without one."""
        try:
            return self._link(part, content)
        except NoUri:  # such as a page in no document that latex writes
            return content

    def address(self, part: Part) -> str:
        """The address of a part; empty without one."""
        link = self.link(part, nodes.Text(""))
        if not isinstance(link, nodes.reference):
            return ""
        if "refid" in link:
            return f"#{link['refid']}"
        address = str(link["refuri"])
        if self._builder.name == "singlehtml" and address.count("#") > 1:
            # Sphinx drops the page from such an address, but only from those of its own nodes
            address = address[address.rindex("#") :]
        return address

    def _link(self, part: Part, content: nodes.Node) -> nodes.Node:
        match part.kind:
            case "url":
                return nodes.reference("", "", content, refuri=part.target, internal=False)
            case "doc":
                return make_refnode(self._builder, self._docname, part.target, None, content)
            case "place":
                docname, _, anchor = part.target.partition("#")
                return self._to(docname, anchor, content)
            case "deviation":
                node = self._graph.deviations_by_id[part.target][0]
                return self._to(node.docname, node.deviation.anchor, content)
            case "canonical":
                return self._to_section(part, content)
            case _:
                return content

    def _to_section(self, part: Part, content: nodes.Node) -> nodes.Node:
        section = self._graph.resolve(part.target).section
        if not section:
            return content
        if section.is_external:
            return external_link(section, content)
        return self._to(section.docname, section.anchor, content)

    def _to(self, docname: str, anchor: str, content: nodes.Node) -> nodes.Node:
        if hidden_condition(self._builder, self._graph.documents[docname], anchor):
            return content  # a report has a row for it all the same
        return make_refnode(self._builder, self._docname, docname, anchor, content)
