"""Field lists in source text: options of a directive, docinfo and front matter, as typed.

Values come from the text because the parsers change them: YAML turns ``2.10`` into 2.1 and
``yes`` into True. Lines come from it because the parsers lose them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from sphinxext_opsdocs.markup.value_parsers import unquote

if TYPE_CHECKING:
    import yaml

__all__ = [
    "Field",
    "YamlError",
    "gather_docinfo",
    "read_docinfo_fields",
    "read_front_matter",
    "read_option_fields",
    "read_yaml_fields",
]

FIELD = re.compile(r":(?![:\s`])((?:[^:\\]|\\.|:(?!\s|$))*?):(?:\s+(.*))?$")
"""A field as docutils reads it: its name may contain colons that no space follows."""
NULLS = ("~", "null")


class Field(NamedTuple):
    """One field; ``line`` counts from 0 in the text that it was read from."""

    name: str
    text: str
    line: int


class YamlError(ValueError):
    """Text that is not a YAML mapping; ``line`` counts from 0."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


def read_option_fields(lines: Sequence[str]) -> tuple[list[Field], int]:
    """Return the ``:name: value`` fields at the start of the text, and the number of their lines.

    An indented line continues the value above it.
    """
    fields: list[Field] = []
    count = 0
    for line in lines:
        match = FIELD.match(line.strip()) if line[:1] == ":" else None
        if match:
            name, text = match[1].strip().lower(), (match[2] or "").strip()
            fields.append(Field(name, unquote(text), count))
        elif fields and line[:1] in (" ", "\t") and line.strip():
            last = fields[-1]
            fields[-1] = last._replace(text=f"{last.text} {line.strip()}".strip())
        else:
            break
        count += 1
    return fields, count


def read_docinfo_fields(text: str) -> list[Field]:
    """Return the fields of the field list that a reStructuredText file starts with.

    Only comments and blank lines may stand before it.
    """
    lines = _split_lines(text)
    start = 0
    while start < len(lines) and not lines[start].startswith(":"):
        is_comment = lines[start].startswith("..") or lines[start][:1] in ("", " ", "\t")
        if not is_comment:
            return []
        start += 1
    fields: list[Field] = []
    # blank lines do not end a field list
    while start < len(lines) and (not lines[start].strip() or lines[start].startswith(":")):
        part, count = read_option_fields(lines[start:])
        fields += [field._replace(line=field.line + start) for field in part]
        start += max(count, 1)
    return fields


def gather_docinfo(text: str) -> str:
    """Return a text whose field list starts on its first line and has one line for each field.

    The number of lines stays the same. A text where that is not possible stays as it is.
    """
    lines = _split_lines(text)
    start = next((i for i, line in enumerate(lines) if line.startswith(":")), 0)
    before, end = lines[:start], start
    fields: list[str] = []
    while end < len(lines) and (not lines[end].strip() or lines[end][:1] in (":", " ", "\t")):
        if lines[end].startswith(":"):
            fields.append(lines[end])
        elif fields and lines[end].strip():
            fields[-1] += f" {lines[end].strip()}"
        end += 1
    comments = "\n".join(before).rstrip().split("\n") if before else []
    blank = len(before) - len(comments)
    missing = end - len(fields) - len(before)
    # blank lines part the fields from comments, and these from the title
    if missing < 0 or (comments != [""] and comments and not (blank and missing)):
        return text
    gathered = [*fields, *[""] * blank, *comments, *[""] * missing]
    return "\n".join([*gathered, *lines[end:]])


def read_front_matter(text: str) -> str | None:
    """Return the YAML between the ``---`` lines that a MyST file starts with; None without it."""
    # markdown-it's plugin for front matter looks at the first line only
    if not text.startswith("---"):
        return None
    lines = _split_lines(text)
    if lines[0].strip() != "---":
        return None
    for index, line in enumerate(lines[1:], 1):
        if line.rstrip() in ("---", "..."):
            return "\n".join(lines[1:index])
    return None


def _split_lines(text: str) -> list[str]:
    # str.splitlines would also split at separators of Unicode, where the parsers do not
    return [line.rstrip("\r") for line in text.split("\n")]


def read_yaml_fields(text: str) -> list[Field]:
    """Return the entries of a YAML mapping, with values as typed. Raises YamlError."""
    import yaml  # slow to import, and many builds read no front matter

    try:
        # composed and not loaded: nodes keep the text of scalars, and their lines
        root = yaml.compose(text, Loader=yaml.BaseLoader)
        if root is None:
            return []
        return list(_entries(root))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line if mark else 0
        raise YamlError(error.problem or "cannot be read", line) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        first_line = str(error).partition("\n")[0]
        raise YamlError(first_line or type(error).__name__, 0) from None


def _entries(root: yaml.Node) -> Iterator[Field]:
    import yaml

    if not isinstance(root, yaml.MappingNode):
        raise YamlError("must be a mapping of names to values", root.start_mark.line)
    for key, value in root.value:
        if isinstance(key, yaml.ScalarNode):
            yield Field(str(key.value).strip().lower(), _scalar(value), key.start_mark.line)


def _scalar(node: yaml.Node) -> str:
    """Return a value as one line of text; the items of a list or mapping between commas."""
    if isinstance(node.value, str):
        text = " ".join(node.value.split())
        is_quoted = bool(getattr(node, "style", None))
        return "" if text in NULLS and not is_quoted else text
    return ", ".join(map(_item, node.value))


def _item(part: yaml.Node | tuple[yaml.Node, yaml.Node]) -> str:
    if isinstance(part, tuple):
        key, value = part
        return f"{_scalar(key)}: {_scalar(value)}"
    return _scalar(part)
