"""Adds an extension to the list in a conf.py: nothing else of the file changes."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from sphinxext_opsdocs.edits.source_text import BYTE_ORDER_MARK, EditError

__all__ = ["add_extension", "constant_of", "constants_of"]

NAME = "extensions"


def add_extension(text: str, extension: str) -> str:
    """Return the text of a conf.py with one more extension; as it is if that is there already.

    Raises EditError with the line to add where the list is computed.
    """
    module = _parsed(text)
    if _mentions(module, extension):
        return text
    values = [_value(node) for node in module.body if NAME in _targets(node)]
    if not values and not _may_be_set_elsewhere(module):
        newline = "\r\n" if "\r\n" in text else "\n"
        gap = "" if not text or text.endswith("\n") else newline
        return f'{text}{gap}{newline}{NAME} = ["{extension}"]{newline}'
    line = f'{NAME} = [*{NAME}, "{extension}"]'
    everywhere = [n for n in ast.walk(module) if isinstance(n, ast.stmt) and NAME in _targets(n)]
    if len(everywhere) != 1 or len(values) != 1 or not isinstance(values[0], ast.List):
        raise EditError(f"its {NAME} are computed. Add this line at its end:\n  {line}")
    edited = _with_element(text, values[0], extension)
    if not _has_one_more(module, edited, extension):
        raise EditError(f"its {NAME} cannot be edited safely. Add this line at its end:\n  {line}")
    return edited


def _may_be_set_elsewhere(module: ast.Module) -> bool:
    """Whether a name can come from an import of all, from exec, or from a nested statement."""
    for node in ast.walk(module):
        if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names):
            return True
        if isinstance(node, ast.Name) and node.id in (NAME, "exec", "globals", "vars", "locals"):
            return True
    return False


def _has_one_more(before: ast.Module, text: str, extension: str) -> bool:
    """Whether a text is the module with one more element in its list, and nothing else."""
    try:
        after = _parsed(text)
    except EditError:
        return False
    for node in after.body:
        value = _value(node)
        if NAME in _targets(node) and isinstance(value, ast.List):
            last = value.elts.pop() if value.elts else None
            if not (isinstance(last, ast.Constant) and last.value == extension):
                return False
    return ast.dump(before) == ast.dump(after)


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
        return ast.parse(text.removeprefix(BYTE_ORDER_MARK))
    except (SyntaxError, ValueError) as error:
        raise EditError(f"it is not valid Python: {error}") from None


def _targets(node: ast.stmt) -> set[str]:
    if isinstance(node, ast.Assign):
        return {target.id for target in node.targets if isinstance(target, ast.Name)}
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return {node.target.id}
    return set()


def _value(node: ast.stmt) -> ast.expr | None:
    return node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None


def _mentions(module: ast.Module, extension: str) -> bool:
    """Whether the extension is in what is assigned, added or appended to the list."""
    for node in ast.walk(module):
        is_set = isinstance(node, ast.stmt) and NAME in _targets(node)
        if isinstance(node, ast.AugAssign):
            is_set = isinstance(node.target, ast.Name) and node.target.id == NAME
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            is_set = isinstance(node.func.value, ast.Name) and node.func.value.id == NAME
        if is_set and any(
            isinstance(part, ast.Constant) and part.value == extension for part in ast.walk(node)
        ):
            return True
    return False


def _with_element(text: str, value: ast.List, extension: str) -> str:
    # ast counts columns in bytes of UTF-8, without a byte order mark
    mark = BYTE_ORDER_MARK if text.startswith(BYTE_ORDER_MARK) else ""
    data = text.removeprefix(mark).encode("utf-8")
    lines = data.splitlines(keepends=True)
    starts = [0, *_sums(map(len, lines))]
    if not value.elts:
        start = starts[value.lineno - 1] + value.col_offset + 1
        return mark + _joined(data, start, f'"{extension}"')
    last = value.elts[-1]
    assert last.end_lineno and last.end_col_offset and value.end_lineno
    end = starts[last.end_lineno - 1] + last.end_col_offset
    first_byte = data[starts[last.lineno - 1] + last.col_offset : end][:1].decode()
    quote = first_byte if first_byte in ("'", '"') else '"'
    element = f"{quote}{extension}{quote}"
    if value.end_lineno == last.end_lineno:
        return mark + _joined(data, end, f", {element}")
    # below the last element, whose comment stays where it is
    line = lines[last.end_lineno - 1]
    indent = lines[last.lineno - 1][: last.col_offset].decode()
    if indent.strip():
        indent = " " * last.col_offset
    newline = "\r\n" if line.endswith(b"\r\n") else "\n"
    below = starts[last.end_lineno]
    comma = b"," if not data[end:below].lstrip().startswith(b",") else b""
    added = f"{indent}{element},{newline}".encode()
    return mark + (data[:end] + comma + data[end:below] + added + data[below:]).decode("utf-8")


def _joined(data: bytes, place: int, text: str) -> str:
    return (data[:place] + text.encode() + data[place:]).decode("utf-8")


def _sums(sizes: map[int]) -> Iterator[int]:
    total = 0
    for size in sizes:
        total += size
        yield total
