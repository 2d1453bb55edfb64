"""Ids under which sphinx-needs knows our objects: anchors in pages, and keys of its needs."""

import re

from sphinx.config import Config

__all__ = [
    "WIDE_ID_PATTERN",
    "document_id",
    "issue_id",
    "need_id",
    "need_pattern",
    "section_id",
]

WIDE_ID_PATTERN = "^[A-Za-z0-9_][A-Za-z0-9_-]*$"
"""What we set for ``needs_id_regex`` where a project has set nothing itself."""


def need_pattern(config: Config) -> str:
    """The pattern that ids of needs match; empty where the project has no sphinx-needs."""
    return str(config.needs_id_regex) if "needs_id_regex" in config else ""


def need_id(text: str, pattern: str) -> str:
    """The text when the pattern takes it, else an id made of it that a narrow pattern takes.

    ``.``, ``,`` and ``[`` break links of sphinx-needs, so they never stay.
    """
    plain = re.sub(r"[^A-Za-z0-9_-]", "_", text)
    if re.match(pattern, plain):
        return plain
    return re.sub(r"[^A-Z0-9_]", "_", plain.upper())


def document_id(docname: str, pattern: str) -> str:
    """Id of a governed document."""
    return need_id(f"DOC_{docname}", pattern)


def section_id(section: str, pattern: str) -> str:
    """Id of a canonical section, from its identity in the graph."""
    return need_id(f"SPEC_{section}", pattern)


def issue_id(issue: str, pattern: str) -> str:
    """Id of an issue, from its id or address as written."""
    return need_id(f"ISSUE_{issue}", pattern)
