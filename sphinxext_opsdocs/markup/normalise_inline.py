"""The normalised text of inline content, and what blocks share with it."""

from __future__ import annotations

import posixpath
import re
from functools import singledispatch
from typing import Any

from docutils import nodes
from sphinx import addnodes

from sphinxext_opsdocs.canonical.section import COUNTED_ID
from sphinxext_opsdocs.markup import nodes as ops_nodes

__all__ = [
    "UNSEEN",
    "collapse_space",
    "describe_leaf",
    "normalise_text",
    "render_children",
    "render_inline",
]

QUOTES = '"“”„‟«»‘’‚‛‹›'
TYPOGRAPHY = str.maketrans({**dict.fromkeys(QUOTES, "'"), "–": "--", "—": "---", "…": "..."})
"""Undoes smart quotes, which depend on builder and language."""
SPACED_QUOTES = re.compile(r"(?<=[«‹])\s+|\s+(?=[»›])")
"""The space within French quotes."""
POSITION = ("xml:space", "lineno", "docname", "refdoc", "target_id", "source", "line")
"""Attributes with the place of a node, which is not part of its meaning."""
UNSEEN = re.compile(r"<!--.*?-->|^\s*(?:<br />|\\\\)\s*$", re.DOTALL)
"""Comments of HTML, and the raw text that MyST writes for a hard line break."""
LABEL_TYPES = ("ref", "numref", "any", "myst")
"""Types of cross-references by label, which the two syntaxes choose differently."""


def normalise_text(node: nodes.Node) -> str:
    """Return the inline content of a node as one line."""
    return collapse_space("".join(map(render_inline, node.children)))


def collapse_space(text: str) -> str:
    """Return the text with one space for every run of white space."""
    return " ".join(text.split())


def describe_leaf(node: nodes.Element) -> str:
    """Return name and attributes of a node without content; empty without attributes."""
    attributes: dict[str, Any] = node.attributes
    values = [
        f"{name}={collapse_space(str(value))}"
        for name, value in sorted(attributes.items())
        if isinstance(value, str | int) and name not in POSITION and not isinstance(value, bool)
    ]
    values += node.get("classes", [])
    if not values:
        return ""
    return f"<{node.__class__.__name__} {' '.join(values)}>"


@singledispatch
def render_inline(node: nodes.Node) -> str:
    """Return the text of an inline node with the white space around it."""
    if not node.children and isinstance(node, nodes.Element):
        return describe_leaf(node)  # such as an icon
    return render_children(node)


@render_inline.register
def _inline(node: nodes.inline) -> str:
    # to see a deviation again changes nothing about it
    if ops_nodes.CONFIRMED in node["classes"]:
        return ""
    if node.children:
        return render_children(node)
    return describe_leaf(node)


@render_inline.register
def _text(node: nodes.Text) -> str:
    return SPACED_QUOTES.sub("", node.astext()).translate(TYPOGRAPHY)


@render_inline.register(addnodes.index)
@render_inline.register(nodes.system_message)
@render_inline.register(nodes.comment)
def _unseen(_node: nodes.Node) -> str:
    return ""


@render_inline.register
def _target(node: nodes.target) -> str:
    """Return the text of an inline target, which readers see."""
    return render_children(node)


@render_inline.register
def _code(node: nodes.literal) -> str:
    return f"`{collapse_space(node.astext())}`"


@render_inline.register
def _math(node: nodes.math) -> str:
    return f"${collapse_space(node.astext())}$"


@render_inline.register
def _superscript(node: nodes.superscript) -> str:
    return f"^{{{render_children(node)}}}"


@render_inline.register
def _subscript(node: nodes.subscript) -> str:
    return f"_{{{render_children(node)}}}"


@render_inline.register
def _reference(node: nodes.reference) -> str:
    text = render_children(node)
    target = str(node.get("refuri") or "")
    if not target and "refid" in node:
        target = f"#{_lasting_id(node)}"
    # an address that is its own text was written without markup
    if target in ("", text, f"mailto:{text}"):
        return text
    return f"{text} <{target}>"


def _lasting_id(node: nodes.Element) -> str:
    """Return the anchor of a link within the page, or a name that lasts where it is counted."""
    anchor = str(node["refid"])
    target = node.document.ids.get(anchor) if node.document else None
    if COUNTED_ID.fullmatch(anchor) and target is not None and target.get("names"):
        return str(target["names"][-1])
    return anchor


@render_inline.register
def _cross_reference(node: addnodes.pending_xref) -> str:
    domain, kind = node.get("refdomain"), node.get("reftype")
    target = str(node.get("reftarget", ""))
    if domain == "doc":
        # MyST has resolved the page to a docname, and split off the anchor
        target = f"/{target}"
        if isinstance(node.get("reftargetid"), str):
            target += f"#{node['reftargetid']}"
    elif kind == "doc":
        target = _from_root(target, node)
    elif kind in LABEL_TYPES:
        target = f"#{target}"
    else:
        target = ":".join(part for part in (domain, kind, target) if isinstance(part, str))
    # without a title of its own, the content only repeats the target
    if not node.get("refexplicit", True):
        return f"<{target}>"
    return f"{render_children(node)} <{target}>"


@render_inline.register
def _download(node: addnodes.download_reference) -> str:
    target = str(node.get("reftarget", ""))
    if "://" not in target:
        target = _from_root(target, node)
    return f"{render_children(node)} <{target}>"


def _from_root(target: str, node: nodes.Element) -> str:
    """Return a path relative to the page of a node, or to the source directory, from that root."""
    folder = posixpath.dirname(str(node.get("refdoc", "")))
    return "/" + posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")


@render_inline.register
def _abbreviation(node: nodes.abbreviation) -> str:
    return f"{render_children(node)} ({node.get('explanation', '')})"


@render_inline.register
def _inline_raw(node: nodes.raw) -> str:
    return UNSEEN.sub(" ", node.astext())


def render_children(node: nodes.Node) -> str:
    """Return the content of a node with the white space around it."""
    return "".join(map(render_inline, node.children))
