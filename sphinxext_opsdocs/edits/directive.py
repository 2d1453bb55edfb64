"""Edits of directives in source text, in both syntaxes: nothing else of a file changes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sphinxext_opsdocs.config.schema import DOMAIN_PREFIX
from sphinxext_opsdocs.edits.source_text import EditError, SourceText

__all__ = [
    "ADORNMENT",
    "Directive",
    "find_directive",
    "indent_width",
    "with_options",
]

ADORNMENT = re.compile(r"([!-/:-@\[-`{-~])\1+\s*\Z")
"""The line under a title of reStructuredText, or over it."""
MYST_OPENER = re.compile(r"(?P<indent>\s*)(?P<fence>`{3,}|~{3,}|:{3,})\{(?P<name>[\w:.-]+)\}")
RST_OPENER = re.compile(r"(?P<indent>\s*)\.\. (?P<name>[\w:.-]+)::")
OPTION = re.compile(r"\s*:(?P<name>[\w-]+):(?:\s|$)")
YAML_OPTION = re.compile(r"\s*(?P<name>[\w-]+)\s*:(?:\s|$)")
YAML_MARKER = "---"
UNQUOTED_YAML = re.compile(r"[A-Za-z0-9][\w./ -]*")
"""Matches values that need no quotes in YAML."""
DEFAULT_INDENT = 3
"""Columns of the content of a directive of reStructuredText that has none yet."""


class Directive(NamedTuple):
    """The place of a directive; indices count lines from 0, and ends are exclusive."""

    first: int
    end: int
    body: int
    """First line behind the options."""
    indent: str
    """Of its content."""
    options: Mapping[str, tuple[int, int]]
    """Lines of each option, by name."""
    options_end: int
    """Where a further option goes."""
    is_yaml: bool
    """Whether its options are between ``---`` lines."""
    fence: str
    """What opens it in MyST; empty in reStructuredText."""


def find_directive(source: SourceText, line: int, name: str) -> Directive:
    """Return the directive of that name on a line, counted from 1. Raises EditError."""
    lines = source.lines
    first = line - 1
    if 0 <= first < len(lines):
        match = MYST_OPENER.match(lines[first])
        if match and _short_name(match) == name:
            return _read_myst(lines, first, match["indent"], match["fence"])
        match = RST_OPENER.match(lines[first])
        if match and _short_name(match) == name:
            return _read_rst(lines, first, match["indent"])
    raise EditError(f'"{source.path}":{line} has no {name}; the file changed since it was read')


def _short_name(opener: re.Match[str]) -> str:
    return opener["name"].lower().removeprefix(DOMAIN_PREFIX)


def _read_rst(lines: Sequence[str], first: int, margin: str) -> Directive:
    end = _end_of_indent(lines, first, len(margin))
    indent = _content_indent(lines[first + 1 : end], margin)
    start = first + 1
    # The argument may continue on further lines.
    while start < end and lines[start].strip() and not OPTION.match(lines[start]):
        start += 1
    options, options_end = _read_options(lines, range(start, end), len(indent), OPTION)
    return Directive(first, end, options_end, indent, options, options_end, False, "")


def _read_myst(lines: Sequence[str], first: int, margin: str, fence: str) -> Directive:
    end = _end_of_fence(lines, first, len(margin), fence)
    start = first + 1
    is_yaml = start < end and lines[start].strip() == YAML_MARKER
    if not is_yaml:
        options, body = _read_options(lines, range(start, end), len(margin), OPTION)
        return Directive(first, end, body, margin, options, body, False, fence)
    inner = range(start + 1, end)
    options, options_end = _read_options(lines, inner, len(margin), YAML_OPTION)
    return Directive(first, end, options_end + 1, margin, options, options_end, True, fence)


def _read_options(
    lines: Sequence[str], indices: range, width: int, pattern: re.Pattern[str]
) -> tuple[Mapping[str, tuple[int, int]], int]:
    """Return the lines of each option by name, and the end of all; ``width`` is their indent."""
    options: dict[str, tuple[int, int]] = {}
    name = ""
    for index in indices:
        text = lines[index]
        if not text.strip() or (pattern is YAML_OPTION and text.strip() == YAML_MARKER):
            return options, index
        depth = indent_width(text)
        match = pattern.match(text)
        if match and depth == width:
            name = match["name"].lower()
            options[name] = (index, index + 1)
        elif name and depth > width:  # the value goes on
            options[name] = (options[name][0], index + 1)
        else:
            return options, index
    return options, indices.stop


def _content_indent(content: Sequence[str], margin: str) -> str:
    """Return the white space before the least indented line of a directive."""
    lines = [line for line in content if line.strip()]
    if not lines:
        return margin + " " * DEFAULT_INDENT
    line = min(lines, key=indent_width)
    return line[: indent_width(line)]


def indent_width(line: str) -> int:
    """Return the number of white-space characters at the start of a line."""
    return len(line) - len(line.lstrip())


def _end_of_indent(lines: Sequence[str], first: int, margin: int) -> int:
    """Return the index behind the last line that is indented more than a directive."""
    end = first + 1
    for index in range(first + 1, len(lines)):
        line = lines[index]
        if not line.strip():
            continue
        if indent_width(line) <= margin:
            break
        end = index + 1
    return end


def _end_of_fence(lines: Sequence[str], first: int, margin: int, fence: str) -> int:
    """Return the index behind the closing fence, or the end of the file without one."""
    # CommonMark, 4.5: a closing fence has at least as many marks as the opening one, nothing
    # behind them, and at most three columns of indent; one with more is code.
    for index in range(first + 1, len(lines)):
        text = lines[index].strip()
        depth = indent_width(lines[index]) - margin
        if text and set(text) == {fence[0]} and len(text) >= len(fence) and depth <= 3:
            return index + 1
    return len(lines)


def with_options(
    lines: Sequence[str], directive: Directive, values: Mapping[str, str]
) -> list[str]:
    """Return the lines with options set: each replaced in its place, or added after the others."""
    changed = list(lines)
    # From the last to the first, so that an option of several lines does not move the others.
    for name, (start, end) in sorted(directive.options.items(), key=lambda row: -row[1][0]):
        if name in values:
            changed[start:end] = [_write_option(directive, name, values[name])]
    end = directive.options_end + len(changed) - len(lines)
    added = [name for name in values if name not in directive.options]
    changed[end:end] = [_write_option(directive, name, values[name]) for name in added]
    return changed


def _write_option(directive: Directive, name: str, value: str) -> str:
    text = " ".join(value.split())
    if directive.is_yaml:
        if not UNQUOTED_YAML.fullmatch(text):
            text = "'" + text.replace("'", "''") + "'"
        return f"{directive.indent}{name}: {text}"
    if text.startswith("#"):
        text = f'"{text}"'  # MyST would read a comment
    return f"{directive.indent}:{name}: {text}"
