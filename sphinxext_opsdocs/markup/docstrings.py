"""The lines of docstrings in Python files, which autodoc counts from the start of each one."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import zip_longest

__all__ = ["find_docstring_line"]

Definition = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def find_docstring_line(text: str, name: str) -> int:
    """Return the first line with text of a docstring, from 1.

    ``name`` is the full name of the object, with that of the module. The line is that of the
    object where its docstring is elsewhere, as for the attributes of a class, and 1 where the file
    does not define it.
    """
    try:
        node: Definition = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return 1
    line = 1
    parts = name.split(".")
    # the name starts with that of the module, whose length only the file system knows
    while parts and not any(_members(node, parts[0])):
        parts.pop(0)
    for part in parts:
        member, following = next(_members(node, part), (None, None))
        if member is None:
            return line
        line = member.lineno
        if not isinstance(member, Definition):
            return _start_of_text(following) or line
        node = member
    return _start_of_text(next(iter(node.body), None)) or line


def _members(node: ast.AST, name: str) -> Iterator[tuple[ast.stmt, ast.stmt | None]]:
    """Yield what defines a name in a module, class or function, and the statement after it."""
    children = [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.stmt)]
    for child, following in zip_longest(children, children[1:]):
        if isinstance(child, ast.If | ast.Try | ast.With):
            yield from _members(child, name)
        elif _defines(child, name):
            yield child, following


def _defines(statement: ast.stmt, name: str) -> bool:
    if isinstance(statement, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        return statement.name == name
    targets: list[ast.expr] = []
    if isinstance(statement, ast.Assign):
        targets = statement.targets
    elif isinstance(statement, ast.AnnAssign):
        targets = [statement.target]
    return any(isinstance(target, ast.Name) and target.id == name for target in targets)


def _start_of_text(statement: ast.stmt | None) -> int:
    """Return the first line with text of a string; autodoc drops blank lines before it."""
    value = statement.value if isinstance(statement, ast.Expr) else None
    if not isinstance(value, ast.Constant) or not isinstance(value.value, str):
        return 0
    text = value.value
    return value.lineno + text[: len(text) - len(text.lstrip())].count("\n")
