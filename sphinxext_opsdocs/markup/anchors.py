"""Ids in pages: those of explicit targets, and of our objects, also as needs of sphinx-needs."""

import re

from docutils import nodes
from sphinx.config import Config

__all__ = [
    "SECTION_LINK",
    "WIDE_ID_PATTERN",
    "explicit_targets",
    "make_document_id",
    "make_issue_id",
    "make_need_id",
    "make_section_id",
    "read_need_pattern",
]

SECTION_LINK = "ops_refers"
"""The type of the links of needs from a governed document to canonical sections."""
WIDE_ID_PATTERN = "^[A-Za-z0-9_][A-Za-z0-9_-]*$"
"""Value of ``needs_id_regex`` for a project that has not set it: ids may contain hyphens."""


def read_need_pattern(config: Config) -> str:
    """Return the pattern for ids of needs; empty where our objects do not become needs.

    They do where our types of links are declared: in a project with sphinx-needs that is configured
    for us.
    """
    if "needs_links" not in config or SECTION_LINK not in config.needs_links:
        return ""
    return str(config.needs_id_regex)


def make_need_id(text: str, pattern: str) -> str:
    """Return the text as an id that matches the pattern, or the default one of sphinx-needs."""
    # ".", "," and "[" break links of sphinx-needs whatever the pattern allows
    safe_id = re.sub(r"[^A-Za-z0-9_-]", "_", text)
    if re.match(pattern, safe_id):
        return safe_id
    # the default pattern of sphinx-needs is ^[A-Z0-9_]{5,}
    return re.sub(r"[^A-Z0-9_]", "_", safe_id.upper())


def make_document_id(docname: str, pattern: str) -> str:
    """Return the id of a governed document."""
    return make_need_id(f"DOC_{docname}", pattern)


def make_section_id(section: str, pattern: str) -> str:
    """Return the id of a canonical section, from its identity in the graph."""
    return make_need_id(f"SPEC_{section}", pattern)


def make_issue_id(issue: str, pattern: str) -> str:
    """Return the id of an issue, from its id or address as written."""
    return make_need_id(f"ISSUE_{issue}", pattern)


def explicit_targets(doctree: nodes.document) -> dict[str, list[str]]:
    """Return the names of explicit targets by anchor: those that std:ref takes as labels."""
    targets: dict[str, list[str]] = {}
    for name, is_explicit in doctree.nametypes.items():
        anchor = doctree.nameids.get(name)
        if not is_explicit or not anchor:
            continue
        node = doctree.ids.get(anchor)
        # an indirect target, as process_doc of Sphinx's std domain reads it
        if isinstance(node, nodes.target) and "refid" in node:
            anchor = node["refid"]
            node = doctree.ids.get(anchor, node)
        if node is None or "refuri" in node or isinstance(node, nodes.footnote | nodes.citation):
            continue
        targets.setdefault(anchor, []).append(name)
    return targets
