"""Options of the configuration as the guides of rules show them."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, TypeGuard

from sphinxext_opsdocs.config.schema import config_schema

__all__ = ["NAME", "option_text", "toml_text"]

NAME = "<name>"
"""Stands in the key of an option for a name that the team chooses: of a class, a tracker, ..."""


def option_text(key: str) -> str:
    """Return the description of an option, with its default unless that is empty.

    Raises KeyError for a key that the configuration does not have.
    """
    schema = config_schema()
    node: Mapping[str, Any] = schema
    default: Any = None
    for part in key.split("."):
        table = _resolved(node, schema)
        node = table["additionalProperties"] if part == NAME else table["properties"][part]
        # the schema leaves out a default that a factory makes; that of its table still has it
        inherited = default.get(part) if _is_table(default) else None
        default = node.get("default", inherited)
    variants = (node, *node.get("anyOf", ()))
    text = next((variant["description"] for variant in variants if "description" in variant), "")
    return f"{text} (default: {_inline(default)})" if default else text


def toml_text(table: Mapping[str, Any], key: str = "") -> str:
    """Return a table, and the tables in it, as the lines of ``opsdocs.toml``."""
    return "\n\n".join(_tables(table, key))


def _tables(table: Mapping[str, Any], key: str) -> Iterator[str]:
    values = {name: value for name, value in table.items() if not _is_table(value)}
    if values:
        # strings and lists of strings look the same in JSON and in TOML
        lines = [f"{name} = {json.dumps(value)}" for name, value in values.items()]
        yield "\n".join([f"[{key}]", *lines] if key else lines)
    for name, value in table.items():
        if _is_table(value):
            yield from _tables(value, f"{key}.{name}" if key else name)


def _resolved(node: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow references to the definition of a table."""
    for variant in (node, *node.get("anyOf", ())):
        if "$ref" in variant:
            name = variant["$ref"].rpartition("/")[2]
            return _resolved(schema["$defs"][name], schema)
    return node


def _is_table(value: object) -> TypeGuard[Mapping[str, Any]]:
    return isinstance(value, Mapping)


def _inline(default: object) -> str:
    """A default within a sentence: numbers as they are, texts between quotation marks."""
    if _is_table(default):
        return ", ".join(f"{name} {value}" for name, value in default.items())
    return json.dumps(default).strip("[]")
