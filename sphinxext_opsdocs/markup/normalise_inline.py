"""Inline content to normalised text, and what blocks and inline content have in common."""

from __future__ import annotations

import posixpath
import re
from functools import singledispatch
from typing import Any

from docutils import nodes
from sphinx import addnodes

from sphinxext_opsdocs.canonical.section import COUNTED_ID
from sphinxext_opsdocs.markup import nodes as ours

__all__ = ["UNSEEN", "collapsed", "inline_children", "inline_text", "leaf_text", "normal_text"]

QUOTES = '"“”„‟«»‘’‚‛‹›'
TYPOGRAPHY = str.maketrans({**dict.fromkeys(QUOTES, "'"), "–": "--", "—": "---", "…": "..."})
"""Undoes smart quotes, which depend on builder and language: every quote is a straight one."""
SPACED_QUOTES = re.compile(r"(?<=[«‹])\s+|\s+(?=[»›])")
"""The space that French quotes have inside."""
POSITION = ("xml:space", "lineno", "docname", "refdoc", "target_id", "source", "line")
"""Attributes that tell where a node stands, not what it says."""
UNSEEN = re.compile(r"<!--.*?-->|^\s*(?:<br />|\\\\)\s*$", re.DOTALL)
"""Comments of HTML, and what MyST writes for a hard line break."""
PAGE_TYPES = ("ref", "numref", "any", "myst")


def normal_text(node: nodes.Node) -> str:
    """The inline content of a node as one line."""
    return collapsed("".join(map(inline_text, node.children)))


def collapsed(text: str) -> str:
    """The text with every run of white space as one space."""
    return " ".join(text.split())


def leaf_text(node: nodes.Element) -> str:
    """A node without content, by its name and attributes; empty when it has none to tell."""
    attributes: dict[str, Any] = node.attributes
    given = [
        f"{name}={collapsed(str(value))}"
        for name, value in sorted(attributes.items())
        if isinstance(value, str | int) and name not in POSITION and not isinstance(value, bool)
    ]
    classes: list[str] = node.get("classes", [])
    given += classes
    return f"<{node.__class__.__name__} {' '.join(given)}>" if given else ""


@singledispatch
def inline_text(node: nodes.Node) -> str:
    """A node of inline content, with the white space that it stands in."""
    if not node.children and isinstance(node, nodes.Element):
        return leaf_text(node)  # such as an icon
    return inline_children(node)


@inline_text.register
def _inline(node: nodes.inline) -> str:
    if ours.CONFIRMED in node["classes"]:
        return ""
    return inline_children(node) if node.children else leaf_text(node)  # such as an icon


@inline_text.register
def _text(node: nodes.Text) -> str:
    return SPACED_QUOTES.sub("", node.astext()).translate(TYPOGRAPHY)


@inline_text.register(addnodes.index)
@inline_text.register(nodes.target)
@inline_text.register(nodes.system_message)
@inline_text.register(nodes.comment)
def _unseen(node: nodes.Node) -> str:
    """What readers do not see; a target may have text around which it stands."""
    return inline_children(node) if isinstance(node, nodes.target) else ""


@inline_text.register
def _code(node: nodes.literal) -> str:
    return f"`{collapsed(node.astext())}`"


@inline_text.register
def _math(node: nodes.math) -> str:
    return f"${collapsed(node.astext())}$"


@inline_text.register
def _superscript(node: nodes.superscript) -> str:
    return f"^{{{inline_children(node)}}}"


@inline_text.register
def _subscript(node: nodes.subscript) -> str:
    return f"_{{{inline_children(node)}}}"


@inline_text.register
def _reference(node: nodes.reference) -> str:
    text = inline_children(node)
    target = node.get("refuri") or (f"#{_lasting_id(node)}" if "refid" in node else "")
    return text if target in ("", text, f"mailto:{text}") else f"{text} <{target}>"


def _lasting_id(node: nodes.Element) -> str:
    """Where a link within the page leads: a counted id is replaced by the name that it has."""
    anchor = str(node["refid"])
    target = node.document.ids.get(anchor) if node.document else None
    if COUNTED_ID.fullmatch(anchor) and target is not None and target.get("names"):
        return str(target["names"][-1])
    return anchor


@inline_text.register
def _cross_reference(node: addnodes.pending_xref) -> str:
    domain, kind = node.get("refdomain"), node.get("reftype")
    target = str(node.get("reftarget", ""))
    if domain == "doc":  # MyST has found the page already
        anchor = node.get("reftargetid")
        target = f"/{target}#{anchor}" if isinstance(anchor, str) else f"/{target}"
    elif kind == "doc":
        target = _from_root(target, node)
    elif kind in PAGE_TYPES:
        target = f"#{target}"
    else:
        target = ":".join(part for part in (domain, kind, target) if isinstance(part, str))
    return f"{inline_children(node)} <{target}>" if node.get("refexplicit", True) else f"<{target}>"


@inline_text.register
def _download(node: addnodes.download_reference) -> str:
    target = str(node.get("reftarget", ""))
    if "://" not in target:
        target = _from_root(target, node)
    return f"{inline_children(node)} <{target}>"


def _from_root(target: str, node: nodes.Element) -> str:
    """A path that may start at the page of a node, from the source directory on."""
    folder = posixpath.dirname(str(node.get("refdoc", "")))
    return "/" + posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")


@inline_text.register
def _abbreviation(node: nodes.abbreviation) -> str:
    return f"{inline_children(node)} ({node.get('explanation', '')})"


@inline_text.register
def _inline_raw(node: nodes.raw) -> str:
    return UNSEEN.sub(" ", node.astext())


def inline_children(node: nodes.Node) -> str:
    """The content of a node, with the white space that it stands in."""
    return "".join(map(inline_text, node.children))
