"""YAML as nodes that know their line: documents, mappings with their merge keys, scalars.

PyYAML takes long to import, so whoever reads no YAML must not import this module.
"""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from sphinxext_opsdocs.storage import UnreadableError

__all__ = ["entries", "items", "line_of", "read_documents", "text_of"]

MERGE = "<<"
"""https://yaml.org/type/merge.html"""


def read_documents(text: str) -> list[yaml.Node]:
    """Return the roots of all documents. Raises UnreadableError with the line."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return list(yaml.compose_all(text, Loader=loader))
    except yaml.YAMLError as error:
        raise UnreadableError(_fault(text, error)) from None
    except RecursionError:
        raise UnreadableError("it is nested too deeply") from None


def _fault(text: str, error: yaml.YAMLError) -> str:
    if "{{" in text and any(line.lstrip().startswith("{{") for line in text.split("\n")):
        return "it is a template of Helm, not YAML; render it, and name the rendered file"
    mark = getattr(error, "problem_mark", None)
    line = f"line {mark.line + 1}: " if mark else ""
    return f"{line}{getattr(error, 'problem', None) or error}"


def entries(node: yaml.Node | None) -> dict[str, yaml.Node]:
    """Return the entries of a mapping, also those that are merged into it; else none."""
    if not isinstance(node, yaml.MappingNode):
        return {}
    own = _own_entries(node)
    return own if MERGE not in own else _merged_entries(node)


def _own_entries(node: yaml.MappingNode) -> dict[str, yaml.Node]:
    return {key.value: value for key, value in node.value if isinstance(key, yaml.ScalarNode)}


def _merged_entries(node: yaml.MappingNode) -> dict[str, yaml.Node]:
    found: dict[str, yaml.Node] = {}
    # each mapping once: aliases can lead back, or to the same one in millions of ways
    seen: set[int] = set()
    pending: list[yaml.Node] = [node]
    while pending:
        current = pending.pop()
        if not isinstance(current, yaml.MappingNode) or id(current) in seen:
            continue
        seen.add(id(current))
        sources: list[yaml.Node] = []
        for key, value in current.value:
            if key.value == MERGE:
                sources += value.value if isinstance(value, yaml.SequenceNode) else [value]
        own = _own_entries(current)
        own.pop(MERGE, None)
        found = own | found
        pending += reversed(sources)  # what is nearer wins, and an earlier source
    return found


def items(node: yaml.Node | None) -> Iterator[yaml.Node]:
    """Yield the items of a sequence; none of another node."""
    if isinstance(node, yaml.SequenceNode):
        yield from node.value


def text_of(node: yaml.Node | None) -> str:
    """Return the text of a scalar; empty for another node."""
    return node.value if isinstance(node, yaml.ScalarNode) else ""


def line_of(node: yaml.Node) -> int:
    """Return the line on which a node starts, counted from 1."""
    line: int = node.start_mark.line
    # the mark of a block scalar ("url: |") is that of its indicator
    is_block = getattr(node, "style", None) in ("|", ">")
    return line + (2 if is_block else 1)
