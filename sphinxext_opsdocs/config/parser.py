"""Parses ``opsdocs.toml`` and checks it: all faults in one message, with key, value and remedy."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, cast, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Struct

from sphinxext_opsdocs.config.consistency import find_inconsistencies
from sphinxext_opsdocs.config.did_you_mean import did_you_mean, one_of
from sphinxext_opsdocs.config.schema import Config

__all__ = ["ConfigurationError", "convert_tables", "merge_tables", "parse_config", "read_toml"]

Tables = Mapping[str, Any]
Structure = TypeVar("Structure", bound=Struct)
EXPECTED = re.compile(r"expected ([\w| ]+), got \w+(?: at \[(\d+)\])?")
"""What msgspec says of a wrong type, and of an item of a list."""
TYPES = {
    "array": 'a list, such as ["one", "two"]',
    "bool": "true or false",
    "float": "a number",
    "int": "a whole number",
    "object": "a table",
    "str": "a text in quotation marks",
}
LONGEST_VALUE = 80
"""Characters of a value that a message shows."""


class ConfigurationError(Exception):
    """A wrong configuration: one line for each fault, naming key, value and what is allowed."""


def read_toml(path: Path) -> dict[str, Any]:
    """Return the tables of ``opsdocs.toml``; empty if there is no such file.

    Raises ConfigurationError, which names the file, if it cannot be parsed.
    """
    try:
        # editors on Windows may write a byte order mark, which TOML does not allow
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}
    # TOMLDecodeError and UnicodeDecodeError are ValueErrors
    except (OSError, ValueError, RecursionError) as error:
        raise ConfigurationError(f'cannot read "{path.name}": {error}') from None


def merge_tables(lower: Tables, higher: Tables) -> dict[str, Any]:
    """Merge two tables key by key; if both set a value other than a table, ``higher`` wins."""
    merged = dict(lower)
    for key, value in higher.items():
        below, above = _table(merged.get(key)), _table(value)
        if below is not None and above is not None:
            merged[key] = merge_tables(below, above)
        else:
            merged[key] = value
    return merged


def parse_config(tables: Tables) -> Config:
    """Return the typed configuration. Raises ConfigurationError with every fault, one a line."""
    config = convert_tables(tables, Config)
    if faults := list(find_inconsistencies(config)):
        raise ConfigurationError("\n".join(faults))
    return config


def convert_tables(tables: Tables, wanted: type[Structure]) -> Structure:
    """Return tables as a struct. Raises ConfigurationError with every fault, one a line."""
    if faults := list(_surrogate_faults(tables, "")):
        raise ConfigurationError("\n".join(faults))
    # msgspec stops at the first fault, and would name no value
    if faults := list(_faults(tables, wanted, "", _top_level(wanted))):
        raise ConfigurationError("\n".join(faults))
    return msgspec.convert(tables, wanted)


def _surrogate_faults(value: Any, key: str) -> Iterator[str]:
    """Yield every text with a lone surrogate: Python allows it, and no file can contain it."""
    if isinstance(value, str):
        shown = _encodable(value)
        if shown != value:
            yield f'{key} = "{shown}": must not contain a lone surrogate'
    elif isinstance(value, list | tuple):
        for item in cast(Sequence[Any], value):
            yield from _surrogate_faults(item, key)
    elif table := _table(value):
        prefix = f"{key}." if key else ""
        for name, item in table.items():
            full_key = f"{prefix}{_encodable(str(name))}"
            if full_key != f"{prefix}{name}":
                yield f"{full_key}: the key must not contain a lone surrogate"
            yield from _surrogate_faults(item, full_key)


def _encodable(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _table(value: Any) -> Tables | None:
    if not isinstance(value, Mapping):
        return None
    return cast(Tables, value)


def _faults(value: Any, wanted: Any, key: str, top_level: Collection[str]) -> Iterator[str]:
    """Yield every fault of a value against its type, each with its full key."""
    wanted = _without_description(wanted)
    table = _table(value)
    if table is not None and _is_struct(wanted):
        yield from _table_faults(table, wanted, key, top_level)
    elif table is not None and (mapping := _mapping(wanted)):
        # one by one, so that a message has the full key
        for name, item in table.items():
            hint = _hint_to_move(str(name), item, top_level)
            for fault in _faults(item, get_args(mapping)[1], f"{key}.{name}", top_level):
                yield f"{fault}{hint}"
    else:
        try:
            msgspec.convert(value, wanted)
        except msgspec.ValidationError as error:
            yield f"{key} = {_shown(value)}: {_allowed(error, wanted)}"


def _mapping(wanted: Any) -> Any:
    """Return the type, or the part of a union, that is a table by name; None without one."""
    return next((part for part in (wanted, *get_args(wanted)) if get_origin(part) is dict), None)


def _is_struct(wanted: Any) -> bool:
    return isinstance(wanted, type) and issubclass(wanted, Struct)


def _table_faults(
    value: Tables, wanted: type[Struct], key: str, top_level: Collection[str]
) -> Iterator[str]:
    hints = _hints(wanted)
    prefix = ""
    if key:
        prefix = f"{key}."
    for name, item in value.items():
        if name in hints:
            yield from _faults(item, hints[name], prefix + name, top_level)
        else:
            hint = _hint_to_move(str(name), item, top_level) or did_you_mean(str(name), hints)
            allowed = f"{', '.join(hints)}{hint}"
            yield f"{prefix}{name} = {_shown(item)}: unknown key; allowed: {allowed}"
    for name in _required(wanted):
        if name not in value:
            yield f"{prefix}{name}: missing"


def _top_level(wanted: type[Struct]) -> Collection[str]:
    """Return the keys that stand above the first table of a file."""
    types = {name: _without_description(hint) for name, hint in _hints(wanted).items()}
    return [name for name, kind in types.items() if not (_is_struct(kind) or _mapping(kind))]


def _hint_to_move(name: str, value: Any, top_level: Collection[str]) -> str:
    """Return a hint where a key of the file stands in a table: TOML reads on to the next one."""
    if name not in top_level or _table(value) is not None:
        return ""
    return f'; move "{name}" above the first [table]'


@cache
def _hints(wanted: type[Struct]) -> Mapping[str, Any]:
    # annotations are texts, and a process may parse a thousand configurations
    return get_type_hints(wanted, include_extras=True)


@cache
def _required(wanted: type[Struct]) -> Sequence[str]:
    return [field.name for field in msgspec.structs.fields(wanted) if field.required]


def _without_description(wanted: Any) -> Any:
    """Return the type inside ``Annotated`` if that only adds a description, as on tables."""
    if get_origin(wanted) is not Annotated:
        return wanted
    inner: Any = get_args(wanted)[0]
    if get_origin(inner) is dict or _is_struct(inner):
        return inner
    # on other types it may also contain a limit, which msgspec checks
    return wanted


def _allowed(error: msgspec.ValidationError, wanted: Any) -> str:
    # msgspec's message does not name the choices
    if choices := _choices(wanted):
        return f"must be {one_of(choices)}"
    message = str(error).replace("`", "").replace(" - at $", " at ")
    message = message[0].lower() + message[1:]
    return EXPECTED.sub(_describe_type, message)


def _describe_type(match: re.Match[str]) -> str:
    kinds = [TYPES.get(kind, kind) for kind in match[1].split(" | ") if kind != "null"]
    what = f"item {int(match[2]) + 1} must be" if match[2] else "must be"
    return f"{what} {' or '.join(kinds)}"


def _choices(wanted: Any) -> Sequence[str]:
    """Return the texts that a type, or a part of a union, is limited to; empty without a limit."""
    inner = wanted
    if get_origin(wanted) is Annotated:
        inner = get_args(wanted)[0]
    for part in (inner, *get_args(inner)):
        if get_origin(part) is Literal:
            return get_args(part)
        if isinstance(part, type) and issubclass(part, StrEnum):
            return list(part)
    return ()


def _shown(value: Any) -> str:
    text = str(value)
    if isinstance(value, str):
        text = f'"{value}"'
    if len(text) > LONGEST_VALUE:
        text = f"{text[: LONGEST_VALUE - 3]}..."
    return text
