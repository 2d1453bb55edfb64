"""Links to canonical sections and deviations, as a builder writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils import nodes
from sphinx import addnodes
from sphinx.addnodes import pending_xref
from sphinx.builders import Builder
from sphinx.util import logging
from sphinx.util.nodes import make_refnode

from sphinxext_opsdocs.canonical.section import CanonicalSection
from sphinxext_opsdocs.facts.model import DocumentFacts

if TYPE_CHECKING:
    from sphinxext_opsdocs.graph.graph import TraceabilityGraph

__all__ = ["deviation_link", "external_link", "hidden_condition", "section_link"]

logger = logging.getLogger(__name__)


def external_link(
    section: CanonicalSection, content: nodes.Node, title: str = ""
) -> nodes.reference:
    """A link to a section of another project; the content alone if its address is unknown."""
    if not section.url:
        return content  # type: ignore[return-value]  # Sphinx takes any node
    link = nodes.reference("", "", content, refuri=section.url, internal=False)
    if title:
        link["reftitle"] = title
    return link


def deviation_link(
    graph: TraceabilityGraph,
    builder: Builder,
    fromdocname: str,
    node: pending_xref,
    content: nodes.Element,
) -> nodes.reference | None:
    """A link to the deviation that a cross-reference names; None for an unknown one."""
    deviations = graph.deviations_by_id.get(node["reftarget"])
    if not deviations:
        return None
    docname, deviation = deviations[0].docname, deviations[0].deviation
    facts = graph.documents[docname]
    if _is_hidden(builder, facts, deviation.anchor, node):
        return content  # type: ignore[return-value]  # Sphinx takes any node
    return make_refnode(builder, fromdocname, docname, deviation.anchor, content, deviation.title)


def section_link(
    graph: TraceabilityGraph,
    builder: Builder,
    fromdocname: str,
    node: pending_xref,
    content: nodes.Element,
) -> nodes.reference:
    """A link to a canonical section; a dead one stays as marked text."""
    section = graph.resolve(node["reftarget"]).section
    if not section:
        content["classes"].append("opsdocs-unresolved")
        return content  # type: ignore[return-value]  # Sphinx takes any node
    title = section.title
    if node["with_page"] and section.page_title != title:
        title = section.full_title
    if not node["refexplicit"]:
        content = nodes.inline("", title, classes=list(content["classes"]))
    if section.is_external:
        return external_link(section, content, title)
    if _is_hidden(builder, graph.documents[section.docname], section.anchor, node):
        return content  # type: ignore[return-value]  # Sphinx takes any node
    return make_refnode(builder, fromdocname, section.docname, section.anchor, content, title)


def hidden_condition(builder: Builder, facts: DocumentFacts, anchor: str) -> str:
    """The expression of the ``only`` that hides an anchor in this build; empty if none does."""
    expression = facts.conditions.get(anchor, "")
    return expression if expression and not _holds(builder, expression) else ""


def _is_hidden(builder: Builder, facts: DocumentFacts, anchor: str, node: pending_xref) -> bool:
    """Whether this build does not show a target; then it says so."""
    expression = hidden_condition(builder, facts, anchor)
    # Sphinx resolves links before it removes what this build does not show
    if expression and _is_shown(builder, node):
        logger.warning(
            '"%s" is not linked: it is in "only", and this build is not "%s"',
            node["reftarget"],
            expression,
            location=node,
            type="opsdocs",
            subtype="target_hidden",
        )
    return bool(expression)


def _is_shown(builder: Builder, node: nodes.Element) -> bool:
    current: nodes.Element | None = node
    while current is not None:
        if isinstance(current, addnodes.only) and not _holds(builder, str(current["expr"])):
            return False
        current = current.parent
    return True


def _holds(builder: Builder, expression: str) -> bool:
    try:
        return builder.tags.eval_condition(expression)
    except Exception:  # of any type: Sphinx reports a wrong expression, and shows its text
        return True
