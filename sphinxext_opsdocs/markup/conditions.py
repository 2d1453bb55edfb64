"""What stands in ``only``, which some builds show and others do not."""

from __future__ import annotations

from docutils import nodes
from sphinx import addnodes

__all__ = ["find_conditions"]


def find_conditions(doctree: nodes.document) -> dict[str, str]:
    """Return the expression of ``only`` around each anchor that is in one."""
    conditions: dict[str, str] = {}
    # in document order: a nested one comes later, and its expression contains the outer one
    for only in doctree.findall(addnodes.only):
        expression = _whole_expression(only)
        for node in only.findall(nodes.Element):
            conditions.update(dict.fromkeys(node.attributes.get("ids", ()), expression))
    return conditions


def _whole_expression(only: nodes.Element) -> str:
    parts: list[str] = []
    node: nodes.Element | None = only
    while node is not None:
        if isinstance(node, addnodes.only):
            parts.insert(0, str(node["expr"]))
        node = node.parent
    return parts[0] if len(parts) == 1 else " and ".join(f"({part})" for part in parts)
