"""The nodes of a page that contain prose, and those that do not."""

from __future__ import annotations

from collections.abc import Iterator

from docutils import nodes
from sphinx import addnodes

from sphinxext_opsdocs.markup import nodes as ops_nodes

__all__ = [
    "NOT_JUDGED",
    "NO_PROSE",
    "OWN_BLOCKS",
    "find_leaves",
    "find_rows",
    "first_words",
    "is_quotation",
]

NO_PROSE = (
    nodes.comment,
    nodes.substitution_definition,
    nodes.docinfo,
    nodes.transition,
    nodes.meta,
    nodes.pending,
    nodes.system_message,
    nodes.attribution,
    nodes.label,
    nodes.target,
    addnodes.index,
    addnodes.highlightlang,
    addnodes.tabular_col_spec,
    ops_nodes.opsdocs_header,
    ops_nodes.document_change,
    ops_nodes.ignore_marker,
)
"""Invisible nodes, and descriptions of the page itself: a section of these alone is empty."""
NOT_JUDGED = (
    nodes.FixedTextElement,
    nodes.raw,
    nodes.image,
    addnodes.toctree,
    addnodes.productionlist,
    addnodes.desc_signature,
    ops_nodes.canonical_reference,
    ops_nodes.canonical_quote,
    ops_nodes.record,
    ops_nodes.report,
)
"""Content of a section that consists of no sentences of the page."""
OWN_BLOCKS = (ops_nodes.observed_deviation, ops_nodes.workaround, addnodes.versionmodified)
"""Blocks that are read as such within the cell of a table too."""
NO_CELL_TEXT = (*NO_PROSE, *NOT_JUDGED, *OWN_BLOCKS)


def find_rows(table: nodes.table) -> Iterator[nodes.row]:
    """Yield the rows of a table; those of a table in a cell are read with the cell."""
    for group in table.children:
        if isinstance(group, nodes.tgroup):
            for part in group.children:
                yield from (row for row in part.children if isinstance(row, nodes.row))


def find_leaves(node: nodes.Element) -> Iterator[nodes.TextElement]:
    """Yield the blocks of text below a node, without literal blocks."""
    for child in node.children:
        if isinstance(child, NO_CELL_TEXT):
            continue
        if isinstance(child, nodes.TextElement):
            yield child
        elif isinstance(child, nodes.Element):
            yield from find_leaves(child)


def first_words(node: nodes.TextElement) -> str:
    """Return the text at the start of a block that its source contains word by word."""
    # inline markup in the source differs from its text, and a line break from a space
    first = node.children[0].astext() if node.children else ""
    return first.partition("\n")[0].strip()


def is_quotation(node: nodes.block_quote, is_myst: bool) -> bool:
    """Return whether a block quote is the text of somebody else."""
    if any(isinstance(child, nodes.attribution) for child in node.children) or node["classes"]:
        return True
    children = node.children
    if not children or not all(isinstance(child, nodes.paragraph) for child in children):
        return False
    # reStructuredText reads text that is indented by mistake as a block quote, mostly in lists
    return is_myst or isinstance(node.parent, nodes.section)
