"""Adds a page to a toctree, in both syntaxes: nothing else of the file changes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sphinxext_opsdocs.config.globs import glob_matches
from sphinxext_opsdocs.edits.directive import Directive, find_directive, indent_width
from sphinxext_opsdocs.edits.source_text import EditError, SourceText

__all__ = ["add_to_toctree"]

RST_OPENER = re.compile(r"\.\. toctree::\s*\Z")
FENCE = re.compile(r" {0,3}(?P<marks>`{3,}|~{3,}|:{3,})(?P<rest>.*)")
COMMENT_START, COMMENT_END = "<!--", "-->"
TOCTREE = "toctree"


def add_to_toctree(source: SourceText, docname: str) -> list[str]:
    """Return the lines of a page with another one at the end of its last toctree.

    A page whose toctrees are inside something else gets one at its end. Raises EditError.
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
    entries = tuple(line.strip().removeprefix("/") for line in lines[directive.body : end])
    plain = docname.removeprefix("/")
    if plain in entries or ("glob" in directive.options and glob_matches(plain, entries)):
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
    """The last toctree that nothing contains. Raises EditError for a fence that is never closed."""
    is_myst = source.path.suffix == ".md"
    indices = _myst_openers(source) if is_myst else _rst_openers(source.lines)
    return find_directive(source, indices[-1] + 1, TOCTREE) if indices else None


def _rst_openers(lines: Sequence[str]) -> list[int]:
    return [index for index, line in enumerate(lines) if RST_OPENER.match(line)]


def _myst_openers(source: SourceText) -> list[int]:
    found: list[int] = []
    marks, in_comment = "", False
    for index, line in enumerate(source.lines):
        match = FENCE.match(line)
        if in_comment:
            in_comment = COMMENT_END not in line
        elif marks:
            is_end = match and match["marks"].startswith(marks) and not match["rest"].strip()
            marks = "" if is_end else marks
        elif match:
            marks = match["marks"]
            if match["rest"].strip() == f"{{{TOCTREE}}}":
                found.append(index)
        else:
            in_comment = COMMENT_START in line and COMMENT_END not in line
    if marks or in_comment:
        raise EditError(f'"{source.path}" ends inside a fence or comment')
    return found
