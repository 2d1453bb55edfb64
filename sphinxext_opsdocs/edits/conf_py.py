"""Adds an extension to the list in a conf.py: nothing else of the file changes."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from sphinxext_opsdocs.edits.source_text import EditError

__all__ = ["add_extension", "constant_of", "constants_of"]

NAME = "extensions"


def add_extension(text: str, extension: str) -> str:
    """Return the text of a conf.py with one more extension; as it is if that is there already.

    Raises EditError where the list is computed, in a text that is no Python, or without a list.
    """
    module = _parsed(text)
    if _mentions(module, extension):
        return text
    values = [_value(node) for node in module.body if NAME in _targets(node)]
    if len(values) != 1 or not isinstance(values[0], ast.List):
        raise EditError(f"{NAME} is computed there" if values else f"it sets no {NAME} itself")
    edited = _with_element(text, values[0], extension)
    if not _mentions(_parsed(edited), extension):
        raise EditError(f"{NAME} cannot be edited safely")
    return edited


def constant_of(text: str, *names: str) -> str:
    """Return the text that a conf.py gives one of these settings; empty without one."""
    try:
        module = _parsed(text)
    except EditError:
        return ""
    for node in module.body:
        value = _value(node)
        if isinstance(value, ast.Constant) and not _targets(node).isdisjoint(names):
            return str(value.value)
    return ""


def constants_of(text: str, name: str) -> tuple[str, ...]:
    """Return the texts in a list that a conf.py sets; none where it is computed."""
    try:
        module = _parsed(text)
    except EditError:
        return ()
    for node in module.body:
        value = _value(node)
        if isinstance(value, ast.List) and name in _targets(node):
            constants = (each.value for each in value.elts if isinstance(each, ast.Constant))
            return tuple(each for each in constants if isinstance(each, str))
    return ()


def _parsed(text: str) -> ast.Module:
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError) as error:
        raise EditError(f"it is no Python: {error}") from None


def _targets(node: ast.stmt) -> set[str]:
    if isinstance(node, ast.Assign):
        return {target.id for target in node.targets if isinstance(target, ast.Name)}
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return {node.target.id}
    return set()


def _value(node: ast.stmt) -> ast.expr | None:
    return node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None


def _mentions(module: ast.Module, extension: str) -> bool:
    constants = (node for node in ast.walk(module) if isinstance(node, ast.Constant))
    return any(node.value == extension for node in constants)


def _with_element(text: str, value: ast.List, extension: str) -> str:
    # ast counts columns in bytes of UTF-8
    lines = text.encode("utf-8").splitlines(keepends=True)
    starts = [0, *_sums(map(len, lines))]
    data = text.encode("utf-8")
    if not value.elts:
        start = starts[value.lineno - 1] + value.col_offset + 1
        return _joined(data, start, f'"{extension}"')
    last = value.elts[-1]
    assert last.end_lineno and last.end_col_offset and value.end_lineno
    end = starts[last.end_lineno - 1] + last.end_col_offset
    first_byte = data[starts[last.lineno - 1] + last.col_offset : end][:1].decode()
    quote = first_byte if first_byte in ("'", '"') else '"'
    element = f"{quote}{extension}{quote}"
    if value.end_lineno == last.end_lineno:
        return _joined(data, end, f", {element}")
    # below the last element, whose comment stays where it is
    line = lines[last.end_lineno - 1]
    indent = lines[last.lineno - 1][: last.col_offset].decode()
    if indent.strip():
        indent = " " * last.col_offset
    newline = "\r\n" if line.endswith(b"\r\n") else "\n"
    below = starts[last.end_lineno]
    comma = b"," if not data[end:below].lstrip().startswith(b",") else b""
    added = f"{indent}{element},{newline}".encode()
    return (data[:end] + comma + data[end:below] + added + data[below:]).decode("utf-8")


def _joined(data: bytes, place: int, text: str) -> str:
    return (data[:place] + text.encode() + data[place:]).decode("utf-8")


def _sums(sizes: map[int]) -> Iterator[int]:
    total = 0
    for size in sizes:
        total += size
        yield total
