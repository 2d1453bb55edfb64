"""Edits of directives in source text, in both syntaxes: nothing else of a file changes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from sphinxext_opsdocs.storage import StorageError, read_raw, replace_file

__all__ = ["ADORNMENT", "Directive", "EditError", "SourceText", "find_directive", "with_options"]

ADORNMENT = re.compile(r"([!-/:-@\[-`{-~])\1+\s*\Z")
"""The line under a title of reStructuredText, or over it."""
OPENER = re.compile(r"(?P<indent>\s*)(?P<fence>`{3,}|~{3,}|:{3,})\{(?P<name>[\w:.-]+)\}")
EXPLICIT = re.compile(r"(?P<indent>\s*)\.\. (?P<name>[\w:.-]+)::")
OPTION = re.compile(r"\s*:(?P<name>[\w-]+):(?:\s|$)")
PLAIN = re.compile(r"[A-Za-z0-9][\w./ -]*")
"""What needs no quotes in YAML."""
ENTRY = re.compile(r"\s*(?P<name>[\w-]+)\s*:(?:\s|$)")


class EditError(Exception):
    """Why a file was not edited; the message names its place."""


class SourceText(NamedTuple):
    """The lines of a file without their ends, and what ends them."""

    path: Path
    lines: tuple[str, ...]
    newline: str

    @classmethod
    def read(cls, path: Path) -> SourceText:
        """Raises EditError for what is no UTF-8 or cannot be read."""
        try:
            text = read_raw(path).decode("utf-8")
        except StorageError as error:
            raise EditError(f'"{path}" {error}') from None
        except UnicodeDecodeError as error:
            raise EditError(f'"{path}" is no UTF-8: {error}') from None
        newline = "\r\n" if "\r\n" in text else "\n"
        return cls(path, tuple(text.split(newline)), newline)

    def write(self, lines: Sequence[str]) -> None:
        """Replace the file by these lines. Raises EditError."""
        try:
            replace_file(self.path.resolve(), self.newline.join(lines).encode("utf-8"))
        except OSError as error:
            raise EditError(f'cannot write "{self.path}": {error.strerror}') from None


class Directive(NamedTuple):
    """Where a directive stands; all indices count lines from 0 and ends are exclusive."""

    first: int
    end: int
    body: int
    """First line behind the options."""
    indent: str
    """Of its content."""
    options: Mapping[str, tuple[int, int]]
    """Lines of each option, by name."""
    options_at: int
    """Where a further option goes."""
    is_yaml: bool
    """Its options stand between ``---`` lines."""
    fence: str
    """What opens it in MyST; empty in reStructuredText."""


def find_directive(source: SourceText, line: int, name: str) -> Directive:
    """The directive of that name on a line, counted from 1. Raises EditError."""
    lines = source.lines
    first = line - 1
    text = lines[first] if 0 <= first < len(lines) else ""
    for pattern in (OPENER, EXPLICIT):
        match = pattern.match(text)
        if match and match["name"] == name:
            fence = match["fence"] if pattern is OPENER else ""
            return _directive(lines, first, match["indent"], fence)
    raise EditError(f'"{source.path}":{line} has no {name}: the file has changed since it was read')


def _directive(lines: Sequence[str], first: int, margin: str, fence: str) -> Directive:
    reach = _end_of_fence if fence else _end_of_indent
    end = reach(lines, first, margin, fence)
    at = first + 1
    indent = margin
    if not fence:
        inner = [line for line in lines[at:end] if line.strip()] or [f"{margin}   x"]
        least = min(inner, key=lambda line: len(line) - len(line.lstrip()))
        indent = least[: len(least) - len(least.lstrip())]
        while at < end and lines[at].strip() and not OPTION.match(lines[at]):
            at += 1  # the argument goes on
    is_yaml = bool(fence) and at < end and lines[at].strip() == "---"
    at += is_yaml
    pattern = ENTRY if is_yaml else OPTION
    options: dict[str, tuple[int, int]] = {}
    last = ""
    while at < end and lines[at].strip() and not (is_yaml and lines[at].strip() == "---"):
        depth = len(lines[at]) - len(lines[at].lstrip())
        match = pattern.match(lines[at]) if depth == len(indent) else None
        if match:
            last = match["name"].lower()
            options[last] = (at, at + 1)
        elif last and depth > len(indent):
            options[last] = (options[last][0], at + 1)
        else:
            break
        at += 1
    body = at + 1 if is_yaml else at
    return Directive(first, end, body, indent, options, at, is_yaml, fence)


def _end_of_indent(lines: Sequence[str], first: int, margin: str, _fence: str) -> int:
    end = first + 1
    for index in range(first + 1, len(lines)):
        line = lines[index]
        if not line.strip():
            continue
        if len(line) - len(line.lstrip()) <= len(margin):
            break
        end = index + 1
    return end


def _end_of_fence(lines: Sequence[str], first: int, margin: str, fence: str) -> int:
    """Behind the closing fence: the first line with at least as many marks and nothing else.

    One that is indented by four spaces or more is code.
    """
    for index in range(first + 1, len(lines)):
        text = lines[index].strip()
        depth = len(lines[index]) - len(lines[index].lstrip()) - len(margin)
        if text and set(text) == {fence[0]} and len(text) >= len(fence) and depth <= 3:
            return index + 1
    return len(lines)


def with_options(
    lines: Sequence[str], directive: Directive, values: Mapping[str, str]
) -> list[str]:
    """The lines with options set: each replaced where it stands, or added behind the others."""
    changed = list(lines)
    for name, (start, end) in sorted(directive.options.items(), key=lambda row: -row[1][0]):
        if name in values:
            changed[start:end] = [_option(directive, name, values[name])]
    at = directive.options_at + len(changed) - len(lines)
    new = [name for name in values if name not in directive.options]
    changed[at:at] = [_option(directive, name, values[name]) for name in new]
    return changed


def _option(directive: Directive, name: str, value: str) -> str:
    text = " ".join(value.split())
    if directive.is_yaml and not PLAIN.fullmatch(text):
        text = "'" + text.replace("'", "''") + "'"
    elif text.startswith("#"):
        text = f'"{text}"'  # else MyST reads a comment
    mark = "" if directive.is_yaml else ":"
    return f"{directive.indent}{mark}{name}: {text}"
