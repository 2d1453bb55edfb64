"""Field lists in source text: options of a directive, docinfo and front matter, as typed.

Values come from the text because the parsers change them: YAML turns ``2.10`` into 2.1 and
``yes`` into True. Lines come from it because the parsers lose them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from sphinxext_opsdocs.markup.value_parsers import unquoted

if TYPE_CHECKING:
    import yaml

__all__ = ["Field", "YamlError", "docinfo_fields", "front_matter", "option_fields", "yaml_fields"]

FIELD = re.compile(r":(?![:\s`])((?:[^:\\]|\\.|:(?!\s|$))*?):(?:\s+(.*))?$")


class Field(NamedTuple):
    """One field; ``line`` counts from 0 in the text that it was found in."""

    name: str
    text: str
    line: int


class YamlError(ValueError):
    """Text that is no YAML mapping; ``line`` counts from 0."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


def option_fields(lines: Sequence[str]) -> tuple[list[Field], int]:
    """The ``:name: value`` lines that the text starts with, and how many lines they take.

    An indented line continues the value above it.
    """
    fields: list[Field] = []
    count = 0
    for line in lines:
        match = FIELD.match(line.strip()) if line[:1] == ":" else None
        if match:
            fields.append(
                Field(match[1].strip().lower(), unquoted((match[2] or "").strip()), count)
            )
        elif fields and line[:1] in (" ", "\t") and line.strip():
            last = fields[-1]
            fields[-1] = last._replace(text=f"{last.text} {line.strip()}".strip())
        else:
            break
        count += 1
    return fields, count


def docinfo_fields(text: str) -> list[Field]:
    """The fields of the first field list of a reStructuredText file that starts with one.

    Comments and blank lines may stand before it.
    """
    lines = _lines(text)
    start = 0
    while start < len(lines) and not lines[start].startswith(":"):
        comment = lines[start].startswith("..") or lines[start][:1] in ("", " ", "\t")
        if not comment:
            return []
        start += 1
    fields: list[Field] = []
    while start < len(lines) and (not lines[start].strip() or lines[start].startswith(":")):
        found, count = option_fields(lines[start:])
        fields += [field._replace(line=field.line + start) for field in found]
        start += max(count, 1)
    return fields


def front_matter(text: str) -> str | None:
    """The YAML between the ``---`` lines that a MyST file starts with; None without such."""
    if not text.startswith("---"):
        return None
    lines = _lines(text)
    if lines[0].strip() != "---":
        return None
    for index, line in enumerate(lines[1:], 1):
        if line.rstrip() in ("---", "..."):
            return "\n".join(lines[1:index])
    return None


def _lines(text: str) -> list[str]:
    """Lines as the parsers count them: other separators of Unicode end none."""
    return [line.rstrip("\r") for line in text.split("\n")]


def yaml_fields(text: str) -> list[Field]:
    """The entries of a YAML mapping, values as typed. Raises YamlError when it is none."""
    import yaml  # only here: a build that reads no front matter does not pay for it

    try:
        root = yaml.compose(text, Loader=yaml.BaseLoader)
        return list(_entries(root)) if root is not None else []
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = error.problem or "cannot be read"
        raise YamlError(problem, mark.line if mark else 0) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        first_line = str(error).partition("\n")[0]
        raise YamlError(first_line or type(error).__name__, 0) from None


def _entries(root: yaml.Node) -> Iterator[Field]:
    import yaml

    if not isinstance(root, yaml.MappingNode):
        raise YamlError("is no mapping of names to values", root.start_mark.line)
    for key, value in root.value:
        if isinstance(key, yaml.ScalarNode):
            yield Field(str(key.value).strip().lower(), _scalar(value), key.start_mark.line)


def _scalar(node: yaml.Node) -> str:
    if isinstance(node.value, str):
        text = " ".join(node.value.split())
        is_plain = not getattr(node, "style", None)
        return "" if is_plain and text in ("~", "null") else text
    parts: list[yaml.Node | tuple[yaml.Node, yaml.Node]] = node.value
    return ", ".join(
        f"{_scalar(part[0])}: {_scalar(part[1])}" if isinstance(part, tuple) else _scalar(part)
        for part in parts
    )
