"""The options of ``opsdocs.toml`` and of ``opsdocs_<key>`` in conf.py, from one declaration.

Each struct below is a table: types, defaults and descriptions here are also the JSON Schema
for editors and the reference page of the documentation.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Meta, Struct

__all__ = [
    "DEFAULT_AGE_LIMITS",
    "ClassSettings",
    "Config",
    "ConfigProblem",
    "DeviationSettings",
    "Owner",
    "Severity",
    "SpecDomain",
    "Tracker",
    "config_schema",
    "glob_matches",
    "merge_tables",
    "parse_config",
    "read_toml",
    "severity_of",
]

Severity = Literal["error", "warning", "info", "off"]
Status = Literal["Draft", "Canonical", "Deprecated", "Archived"]
PER_FOLDER = "per-folder"
DEFAULT_AGE_LIMITS: dict[str, int] = {"critical": 30, "major": 90, "minor": 180}

Globs = Annotated[tuple[str, ...], Meta(description="globs over docnames; ** crosses folders")]
Pattern = Annotated[str, Meta(description="a regular expression of Python's re module")]


class ConfigProblem(Exception):
    """A wrong configuration: one line for each fault, naming key, value and what is allowed."""


class Owner(Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody who answers for documents or specifications."""

    title: Annotated[str, Meta(description="name shown on pages; the key when empty")] = ""
    contact: Annotated[str, Meta(description="where to reach the owner, shown on pages")] = ""


class Tracker(Struct, frozen=True, forbid_unknown_fields=True):
    """An issue tracker: how its ids look and where they lead."""

    pattern: Annotated[
        str,
        Meta(description="regular expression that matches a whole issue id; groups may be named"),
    ]
    url: Annotated[
        str, Meta(description="address of an issue; {id} is the whole match, {group} a named group")
    ] = ""
    kind: Annotated[
        Literal["github", "gitlab", "jira", "gitea", "redmine", "roundup", "generic"],
        Meta(description="which software the tracker runs"),
    ] = "generic"
    project: Annotated[str, Meta(description="the project's name in the tracker")] = ""


class SpecDomain(Struct, frozen=True, forbid_unknown_fields=True):
    """A set of specifications with one owner; references to it start with its key and a colon."""

    title: Annotated[str, Meta(description="name shown on pages; the key when empty")] = ""
    owner: Annotated[str, Meta(description="key of the owner to go to")] = ""
    tracker: Annotated[str, Meta(description="key of the tracker that takes its issues")] = ""
    paths: Annotated[
        tuple[str, ...], Meta(description="globs over the docnames of its pages in this project")
    ] = ()
    default_status: Annotated[
        Status | None,
        Meta(description="status of its pages that declare none; without it they are not live"),
    ] = None


class ClassSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """A document class, or what a team changes of a built-in one. Lists replace, not extend."""

    title: Annotated[str | None, Meta(description="name shown on pages")] = None
    extends: Annotated[str | None, Meta(description="class that gives all that is not set")] = None
    required_sections: Annotated[
        tuple[str, ...] | None,
        Meta(
            description="section titles; alternatives are separated by a bar: Rollback | Roll back"
        ),
    ] = None
    required_fields: Annotated[
        tuple[str, ...] | None, Meta(description="header fields that a document of the class has")
    ] = None
    file_pattern: Annotated[
        Pattern | None, Meta(description="matches the whole file name, without its suffix")
    ] = None
    title_pattern: Annotated[Pattern | None, Meta(description="matches the whole page title")] = (
        None
    )
    review_interval: Annotated[int, Meta(ge=0, description="days; 0 never")] | None = None
    verification_interval: (
        Annotated[int, Meta(ge=0, description="days between drills or real runs; 0 never")] | None
    ) = None
    canonical_reference: Annotated[
        Literal["required", "optional"] | None,
        Meta(description="whether a document with no canonical reference at all is a finding"),
    ] = None


class DeviationSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """What a deviation may look like and how long it may stay open."""

    id_pattern: Annotated[Pattern, Meta(description="matches the whole id")] = (
        r"[A-Za-z][A-Za-z0-9]*([_-][A-Za-z0-9]+)*"
    )
    age_limits: Annotated[
        dict[str, Annotated[int, Meta(ge=0)]],
        Meta(description="the severities there are, and for each the days it may stay open"),
    ] = msgspec.field(default_factory=lambda: dict(DEFAULT_AGE_LIMITS))


class Config(Struct, frozen=True, forbid_unknown_fields=True):
    """Everything a team sets."""

    governed: Annotated[
        tuple[str, ...],
        Meta(description="globs over docnames: a page there without a header is a finding"),
    ] = ()
    codeowners: Annotated[
        str,
        Meta(description="a CODEOWNERS file, relative to conf.py, whose owners are known owners"),
    ] = ""
    owners: Annotated[dict[str, Owner], Meta(description="known owners by key")] = {}
    trackers: Annotated[dict[str, Tracker], Meta(description="issue trackers by key")] = {}
    domains: Annotated[dict[str, SpecDomain], Meta(description="spec domains by key")] = {}
    classes: Annotated[
        dict[str, ClassSettings], Meta(description="document classes, added or changed")
    ] = {}
    deviations: DeviationSettings = DeviationSettings()
    rules: Annotated[
        dict[str, Severity | dict[str, dict[str, Severity]]],
        Meta(description="severity by rule; per-folder: severity by rule, by docname glob"),
    ] = {}

    def folder_rules(self) -> Mapping[str, Mapping[str, Severity]]:
        """Severities by rule, by docname glob, in the order written."""
        folders = self.rules.get(PER_FOLDER, {})
        return folders if isinstance(folders, dict) else {}


def read_toml(path: Path) -> dict[str, Any]:
    """The tables of ``opsdocs.toml``, empty when there is no such file.

    Raises ConfigProblem, naming the file, when it is no TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:  # TOMLDecodeError and UnicodeDecodeError are ValueErrors
        raise ConfigProblem(f'cannot read "{path.name}": {error}') from None


def merge_tables(lower: Mapping[str, Any], higher: Mapping[str, Any]) -> dict[str, Any]:
    """Both tables as one; where both set a value that is no table, ``higher`` wins."""
    merged = dict(lower)
    for key, value in higher.items():
        below = merged.get(key)
        both_tables = isinstance(below, Mapping) and isinstance(value, Mapping)
        merged[key] = merge_tables(below, value) if both_tables else value
    return merged


def parse_config(tables: Mapping[str, Any]) -> Config:
    """The typed configuration. Raises ConfigProblem with every fault, one a line."""
    faults = list(_faults(tables, Config, ""))
    if not faults:
        config = msgspec.convert(tables, Config)
        faults = list(_inconsistencies(config))
        if not faults:
            return config
    raise ConfigProblem("\n".join(faults))


def severity_of(config: Config, rule: str, default: Severity, docname: str) -> Severity:
    """The severity of a rule on a page: the last folder that matches wins over the global one."""
    severity = config.rules.get(rule, default)
    for glob, rules in config.folder_rules().items():
        if rule in rules and glob_matches(docname, (glob,)):
            severity = rules[rule]
    return severity if isinstance(severity, str) else default


def glob_matches(docname: str, globs: tuple[str, ...]) -> bool:
    """Whether a docname matches one of the globs: ``*`` within a folder, ``**`` across folders."""
    return bool(globs) and _matcher(globs)(docname) is not None


@cache
def _matcher(globs: tuple[str, ...]) -> Callable[[str], re.Match[str] | None]:
    return re.compile("|".join(f"(?:{_glob_regex(glob)})" for glob in globs)).fullmatch


def _glob_regex(glob: str) -> str:
    parts = re.split(r"(\*\*/|\*\*|\*|\?)", glob)
    wild = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return "".join(wild.get(part) or re.escape(part) for part in parts)


def _faults(value: Any, wanted: Any, key: str) -> Iterator[str]:
    """Every fault of a value against its type, each with its full key."""
    wanted = _bare(wanted)
    struct = isinstance(wanted, type) and issubclass(wanted, Struct)
    if struct and isinstance(value, Mapping):
        yield from _table_faults(value, wanted, key)
    elif get_origin(wanted) is dict and isinstance(value, Mapping):
        for name, item in value.items():
            yield from _faults(item, get_args(wanted)[1], f"{key}.{name}")
    else:
        try:
            msgspec.convert(value, wanted)
        except msgspec.ValidationError as error:
            yield f"{key} = {_shown(value)}: {_allowed(error, wanted)}"


def _table_faults(value: Mapping[str, Any], wanted: type[Struct], key: str) -> Iterator[str]:
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
    inner = get_args(wanted)[0]
    is_table = get_origin(inner) is dict or (isinstance(inner, type) and issubclass(inner, Struct))
    return inner if is_table else wanted


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
        if domain.tracker and domain.tracker not in config.trackers:
            known = ", ".join(config.trackers) or "none is configured"
            yield f'domains.{key}.tracker = "{domain.tracker}": no such tracker, allowed: {known}'
        if not re.fullmatch(r"[A-Za-z][\w.-]*", key):
            yield f'domains.{key}: a key of letters, digits, ".", "_" and "-" that starts with a letter is allowed'
    if not isinstance(config.rules.get(PER_FOLDER, {}), dict):
        yield f"rules.{PER_FOLDER}: a table of docname globs is allowed"
    for key, value in config.rules.items():
        if isinstance(value, dict) and key != PER_FOLDER:
            yield f"rules.{key}: a severity is allowed, not a table"


def _url_faults(key: str, tracker: Tracker) -> Iterator[str]:
    try:
        groups = set(re.compile(tracker.pattern).groupindex) | {"id"}
    except re.error:
        return  # said already
    for name in re.findall(r"{([^{}]*)}", tracker.url):
        if name not in groups:
            allowed = ", ".join(f"{{{group}}}" for group in sorted(groups))
            yield f'trackers.{key}.url = "{tracker.url}": unknown placeholder "{{{name}}}", allowed: {allowed}'
    if tracker.url and not tracker.url.startswith(("https://", "http://")):
        yield f'trackers.{key}.url = "{tracker.url}": an http or https address is allowed'


def config_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of opsdocs.toml."""
    schema = msgspec.json.schema(Config)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
