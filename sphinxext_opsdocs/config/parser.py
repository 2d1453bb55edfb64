"""Reads ``opsdocs.toml`` and checks it: every fault in one message, with key, value and remedy."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Literal, cast, get_args, get_origin, get_type_hints
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from sphinxext_opsdocs.config.schema import PER_FOLDER, Config, Tracker, is_address

__all__ = ["ConfigurationError", "merge_tables", "parse_config", "read_toml"]

Tables = Mapping[str, Any]
KEY = re.compile(r"[A-Za-z][\w.-]*", re.ASCII)


class ConfigurationError(Exception):
    """A wrong configuration: one line for each fault, naming key, value and what is allowed."""


def read_toml(path: Path) -> dict[str, Any]:
    """The tables of ``opsdocs.toml``, empty when there is no such file.

    Raises ConfigurationError, naming the file, when it is no TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}
    # TOMLDecodeError and UnicodeDecodeError are ValueErrors
    except (OSError, ValueError, RecursionError) as error:
        raise ConfigurationError(f'cannot read "{path.name}": {error}') from None


def merge_tables(lower: Tables, higher: Tables) -> dict[str, Any]:
    """Both tables as one; where both set a value that is no table, ``higher`` wins."""
    merged = dict(lower)
    for key, value in higher.items():
        below, above = _table(merged.get(key)), _table(value)
        if below is not None and above is not None:
            merged[key] = merge_tables(below, above)
        else:
            merged[key] = value
    return merged


def parse_config(tables: Tables) -> Config:
    """The typed configuration. Raises ConfigurationError with every fault, one a line."""
    faults = list(_faults(tables, Config, ""))
    if not faults:
        config = msgspec.convert(tables, Config)
        faults = list(_inconsistencies(config))
        if not faults:
            return config
    raise ConfigurationError("\n".join(faults))


def _table(value: Any) -> Tables | None:
    return cast(Tables, value) if isinstance(value, Mapping) else None


def _faults(value: Any, wanted: Any, key: str) -> Iterator[str]:
    """Every fault of a value against its type, each with its full key."""
    wanted = _bare(wanted)
    table = _table(value)
    if table is not None and _is_struct(wanted):
        yield from _table_faults(table, wanted, key)
    elif table is not None and (mapping := _mapping(wanted)):
        for name, item in table.items():
            yield from _faults(item, get_args(mapping)[1], f"{key}.{name}")
    else:
        try:
            msgspec.convert(value, wanted)
        except msgspec.ValidationError as error:
            yield f"{key} = {_shown(value)}: {_allowed(error, wanted)}"


def _mapping(wanted: Any) -> Any:
    """The type itself, or the part of a union, that is a table by name; None without one."""
    return next((part for part in (wanted, *get_args(wanted)) if get_origin(part) is dict), None)


def _is_struct(wanted: Any) -> bool:
    return isinstance(wanted, type) and issubclass(wanted, Struct)


def _table_faults(value: Tables, wanted: type[Struct], key: str) -> Iterator[str]:
    hints = get_type_hints(wanted, include_extras=True)
    prefix = f"{key}." if key else ""
    for name, item in value.items():
        if name in hints:
            yield from _faults(item, hints[name], prefix + name)
        else:
            close = difflib.get_close_matches(str(name), hints, n=1)
            hint = f'; did you mean "{close[0]}"?' if close else ""
            yield f"{prefix}{name} = {_shown(item)}: unknown key, allowed: {', '.join(hints)}{hint}"
    for field in msgspec.structs.fields(wanted):
        if field.required and field.name not in value:
            yield f"{prefix}{field.name}: missing"


def _bare(wanted: Any) -> Any:
    """The type inside ``Annotated`` when what it adds is only a description."""
    if get_origin(wanted) is not Annotated:
        return wanted
    inner: Any = get_args(wanted)[0]
    return inner if get_origin(inner) is dict or _is_struct(inner) else wanted


def _allowed(error: msgspec.ValidationError, wanted: Any) -> str:
    inner = get_args(wanted)[0] if get_origin(wanted) is Annotated else wanted
    for part in (inner, *get_args(inner)):
        if get_origin(part) is Literal:
            return "allowed: " + ", ".join(f'"{choice}"' for choice in get_args(part))
    message = str(error).replace("`", "").replace(" - at $", " at ")
    return message[0].lower() + message[1:]


def _shown(value: Any) -> str:
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


def _inconsistencies(config: Config) -> Iterator[str]:
    """What the types cannot say: patterns that do not compile, keys that name nothing."""
    patterns = {f"trackers.{key}.pattern": item.pattern for key, item in config.trackers.items()}
    patterns["deviations.id_pattern"] = config.deviations.id_pattern
    for key, item in config.classes.items():
        patterns[f"classes.{key}.file_pattern"] = item.file_pattern or ""
        patterns[f"classes.{key}.title_pattern"] = item.title_pattern or ""
    for key, pattern in patterns.items():
        try:
            re.compile(pattern)
        except (re.error, RecursionError, OverflowError) as error:
            yield f'{key} = "{pattern}": no regular expression: {error}'
            continue
    for key, tracker in config.trackers.items():
        yield from _url_faults(key, tracker)
    for key, domain in config.domains.items():
        for kind, file in domain.files():
            yield from _file_faults(f"domains.{key}.{kind}", file)
        if domain.base_url and not is_address(domain.base_url):
            yield (
                f'domains.{key}.base_url = "{domain.base_url}": an http or https address is allowed'
            )
        if domain.tracker and domain.tracker not in config.trackers:
            known = ", ".join(config.trackers) or "none is configured"
            yield f'domains.{key}.tracker = "{domain.tracker}": no such tracker, allowed: {known}'
        if not KEY.fullmatch(key) or key in ("http", "https", "dependents", "sources.jsonl"):
            yield f'domains.{key}: a key that matches "[A-Za-z][A-Za-z0-9_.-]*" is allowed'
    for key, dependent in config.dependents.items():
        yield from _file_faults(f"dependents.{key}.facts", dependent.facts)
        if not KEY.fullmatch(key):
            yield f'dependents.{key}: a key that matches "[A-Za-z][A-Za-z0-9_.-]*" is allowed'
    folder = PurePosixPath(config.sync.folder)
    if folder.is_absolute() or ".." in folder.parts or folder == PurePosixPath():
        yield f'sync.folder = "{config.sync.folder}": a folder below that of conf.py is allowed'
    for key in config.classes:
        if not re.fullmatch(r"[a-z0-9]+(?:[-_.][a-z0-9]+)*", key):
            yield f'classes."{key}": lower-case words with hyphens between them are allowed'
    for glob in config.governed:
        if glob.endswith("/"):
            yield f'governed = "{glob}": a glob over docnames is allowed, as "{glob}**"'
    if not config.deviations.age_limits:
        yield "deviations.age_limits = {}: at least one severity with its days is allowed"
    if not isinstance(config.rules.get(PER_FOLDER, {}), dict):
        yield f"rules.{PER_FOLDER}: a table of docname globs is allowed"
    for key, value in config.rules.items():
        if isinstance(value, dict) and key != PER_FOLDER:
            yield f"rules.{key}: a severity is allowed, not a table"


def _file_faults(key: str, file: str) -> Iterator[str]:
    """What is wrong with the name of another project's file."""
    scheme, mark, rest = file.partition("://")
    try:
        host = urlsplit(file).hostname if mark else "none"
    except ValueError:
        host = None
    if "@" in rest.partition("/")[0]:
        shown = f"{scheme}://***@{rest.partition('@')[2]}"
        yield f'{key} = "{shown}": no credentials are allowed in an address; see sync.credentials'
    elif not file or not host or (mark and not is_address(file)):
        yield f'{key} = "{file}": a file, or an http or https address is allowed'


def _url_faults(key: str, tracker: Tracker) -> Iterator[str]:
    try:
        groups = set(re.compile(tracker.pattern).groupindex) | {"id"}
    except (re.error, RecursionError, OverflowError):
        return  # said already
    if re.search(r"[{}]", re.sub(r"{[^{}]*}", "", tracker.url)):
        yield f'trackers.{key}.url = "{tracker.url}": a brace without its counterpart'
    for name in re.findall(r"{([^{}]*)}", tracker.url):
        if name not in groups:
            allowed = ", ".join(f"{{{group}}}" for group in sorted(groups))
            yield f'trackers.{key}.url = "{tracker.url}": no "{{{name}}}", allowed: {allowed}'
    for name, address in (("url", tracker.url), ("api", tracker.api)):
        if address and not (is_address(address) and _has_host(address)):
            yield f'trackers.{key}.{name} = "{address}": an http or https address is allowed'
        if "@" in address.partition("://")[2].partition("/")[0]:
            yield f"trackers.{key}.{name}: no credentials are allowed in an address; see token"
    if tracker.token and not re.fullmatch(r"[A-Z][A-Z0-9_]*", tracker.token):
        yield (
            f"trackers.{key}.token: the name of an environment variable is allowed, in capitals, "
            "not the token itself"
        )


def _has_host(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
