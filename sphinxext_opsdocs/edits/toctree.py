"""Adds a page to a toctree, in both syntaxes: nothing else of the file changes."""

from __future__ import annotations

import re

from sphinxext_opsdocs.config.globs import glob_matches
from sphinxext_opsdocs.edits.directive import Directive, find_directive, indent_width
from sphinxext_opsdocs.edits.source_text import EditError, SourceText

__all__ = ["add_to_toctree"]

OPENER = re.compile(r"\s*(?:\.\. toctree::|(?:`{3,}|~{3,}|:{3,})\{toctree\})\s*\Z")
TOCTREE = "toctree"


def add_to_toctree(source: SourceText, docname: str) -> list[str]:
    """Return the lines of a page with another one at the end of its last toctree.

    A page without a toctree gets one at its end.
    """
    lines = list(source.lines)
    directive = _last_toctree(source)
    if directive is None:
        while lines and not lines[-1].strip():
            lines.pop()
        if source.path.suffix == ".md":
            return [*lines, "", "```{toctree}", docname, "```", ""]
        return [*lines, "", ".. toctree::", "", f"   {docname}", ""]
    end = directive.end - bool(directive.fence)
    entries = tuple(line.strip() for line in lines[directive.body : end])
    if docname in entries or ("glob" in directive.options and glob_matches(docname, entries)):
        return lines
    last = end - 1
    while last > directive.body and not lines[last].strip():
        last -= 1
    has_entries = last >= directive.body and bool(lines[last].strip())
    if not has_entries:
        blank = () if directive.fence else ("",)
        return [*lines[: directive.body], *blank, directive.indent + docname, *lines[end:]]
    indent = lines[last][: indent_width(lines[last])]
    return [*lines[: last + 1], indent + docname, *lines[last + 1 :]]


def _last_toctree(source: SourceText) -> Directive | None:
    """The last toctree that nothing contains, else the last one."""
    indices = [index for index, line in enumerate(source.lines) if OPENER.match(line)]
    outer = [index for index in indices if not indent_width(source.lines[index])]
    for index in reversed(outer or indices):
        try:
            return find_directive(source, index + 1, TOCTREE)
        except EditError:
            continue
    return None
