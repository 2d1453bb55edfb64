"""The governed header: one parser for docinfo and front matter."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from docutils import nodes

from sphinxext_opsdocs.config.classes import REQUIRED_FIELDS
from sphinxext_opsdocs.config.did_you_mean import did_you_mean, listed, slip_of, suggest
from sphinxext_opsdocs.config.documents import HeaderSettings
from sphinxext_opsdocs.config.lifecycle import Lifecycle
from sphinxext_opsdocs.config.parser import ConfigurationError
from sphinxext_opsdocs.facts.model import Fix, Header, Place, Problem, StrayHeader
from sphinxext_opsdocs.facts.placeholders import is_placeholder
from sphinxext_opsdocs.markup.fields import (
    Field,
    YamlError,
    read_docinfo_fields,
    read_front_matter,
    read_yaml_fields,
)
from sphinxext_opsdocs.markup.value_parsers import parse_date, parse_interval, split_list

__all__ = [
    "HEADER_FIELDS",
    "docinfo_node_fields",
    "fields_of_text",
    "header_of_text",
    "is_governed_header",
    "parse_header",
    "read_header_fields",
    "refuse_unknown_fields",
    "stray_front_matter",
]

SEARCHED = 4000
"""Characters at the start of a file among which a header that is not read is looked for."""
FRONT_MATTER = re.compile(
    r"^( {0,3}---[ \t]*\r?\n(?:[\w-]+[ \t]*:[^\n]*\n){0,30}?(?:owner|last-reviewed|class)[ \t]*:)",
    re.MULTILINE,
)
FENCE = re.compile(r"^ {0,3}(?:`{3}|~{3})", re.MULTILINE)
SLASH_DATE = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
NO_SETTINGS = HeaderSettings()
UNFILLED = '{} must be filled in, not "{}"'
JUDGED_BY_NAME = ("class", "owner")
"""Fields whose values are compared with those that exist: any other one is reported by a rule."""
GOVERNING = ("class", "owner", "last-reviewed")
"""A header with one of these is governed; version and status alone are ordinary docinfo."""


def _text(text: str) -> str:
    return " ".join(text.split())


def _class(text: str) -> str:
    return "-".join(text.casefold().split())


def _docname(text: str) -> str:
    return text.strip("/")


def _docnames(text: str) -> tuple[str, ...]:
    return tuple(map(_docname, split_list(text)))


HEADER_FIELDS: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "class": ("document_class", _class),
    "owner": ("owners", split_list),
    "status": ("status", Lifecycle.parse),
    "version": ("version", _text),
    "last-reviewed": ("last_reviewed", parse_date),
    "reviewers": ("reviewers", split_list),
    "scope": ("scope", _text),
    "service": ("service", split_list),
    "alerts": ("alerts", split_list),
    "supersedes": ("supersedes", _docnames),
    "superseded-by": ("superseded_by", _docname),
    "retired-because": ("retired_because", _text),
    "remove-after": ("remove_after", parse_date),
    "last-verified": ("last_verified", parse_date),
    "review-interval": ("review_interval", parse_interval),
    "reviews-when": ("reviews_when", split_list),
    "restructure-plan": ("restructure_plan", _text),
    "editorial": ("editorial", _text),
}
"""Field name -> attribute of the header, and what reads its value or raises ValueError."""


def refuse_unknown_fields(settings: HeaderSettings) -> None:
    """Raise ConfigurationError for aliases of what is no field, or that are fields themselves."""
    faults: list[str] = []
    for name, aliases in settings.aliases.items():
        if name not in HEADER_FIELDS:
            hint = did_you_mean(name, HEADER_FIELDS) or f"; {listed(HEADER_FIELDS)}"
            faults.append(f"header.aliases.{name}: must be a header field{hint}")
        faults += (
            f'header.aliases.{name} = "{alias}": is a header field itself'
            for alias in map(str.lower, aliases)
            if alias in HEADER_FIELDS
        )
    if faults:
        raise ConfigurationError("\n".join(faults))


def read_header_fields(text: str, is_myst: bool) -> list[Field]:
    """The header fields at the start of a source text, as typed.

    Raises YamlError, with lines counted in the whole text, when front matter is broken.
    """
    if not is_myst:
        return read_docinfo_fields(text)
    matter = read_front_matter(text)
    if matter is None:
        return []
    try:
        return [field._replace(line=field.line + 1) for field in read_yaml_fields(matter)]
    except YamlError as problem:
        raise YamlError(str(problem), problem.line + 1) from None


def docinfo_node_fields(docinfo: nodes.docinfo) -> list[Field]:
    """The header fields as docutils read them, for a text that is not in the source file."""
    fields: list[Field] = []
    for node in docinfo.children:
        if isinstance(node, nodes.field):
            fields.append(Field(node[0].astext().lower(), node[1].astext().strip(), 0))
        else:
            fields.append(Field(type(node).__name__, node.astext(), 0))
    return fields


def is_governed_header(
    names: Iterable[str], settings: HeaderSettings, in_governed_folder: bool = False
) -> bool:
    """Whether fields of these names make a page a governed document.

    In a governed folder any required field does.
    """
    wanted = REQUIRED_FIELDS if in_governed_folder else GOVERNING
    return not set(wanted).isdisjoint(settings.names.get(name, name) for name in names)


def parse_header(
    fields: Iterable[Field], path: str, settings: HeaderSettings = NO_SETTINGS
) -> tuple[Header, list[Problem]]:
    """Return the header, and a problem for each value that cannot be read.

    Fields of other names are ignored, as are aliases of a field that has a value already.
    """
    problems: list[Problem] = []
    values: dict[str, Any] = {}
    given: dict[str, Place] = {}
    fields = list(fields)
    own_names = {field.name for field in fields if field.text}

    def complain(message: str, line: int, fix: Fix | None = None) -> None:
        problems.append(Problem("header_value_invalid", message, Place(path, line + 1), fix))

    for typed, text, line in fields:
        name = settings.names.get(typed, typed)
        if name != typed and (name in given or name in own_names):
            continue
        if name in given:
            if name in HEADER_FIELDS:
                complain(f'header field "{name}" is given twice; remove one', line)
            continue
        if not text:
            continue  # as if it were not there: header_field_missing tells where it is needed
        given[name] = Place(path, line + 1)
        if name not in HEADER_FIELDS:
            if near := slip_of(name, HEADER_FIELDS):
                fix = None if near in own_names else Fix(name, near)
                complain(f'unknown header field "{name}"{suggest([near])}', line, fix)
            elif _has_placeholder(text):
                complain(UNFILLED.format(name, text), line)
            continue
        attribute, parse = HEADER_FIELDS[name]
        try:
            values[attribute] = _read_value(parse, text, settings)
        except ValueError as error:
            complain(f"{typed} {error}", line)
        else:
            if name not in JUDGED_BY_NAME and _has_placeholder(text):
                complain(UNFILLED.format(typed, text), line)
        if name == "class" and text != values.get(attribute):
            values["class_text"] = text
    place = Place(path, min((place.line for place in given.values()), default=1))
    defaulted = tuple(name for name in settings.defaults if name not in given)
    for name in defaulted:
        attribute, parse = HEADER_FIELDS[name]
        values[attribute] = parse(settings.defaults[name])
    return Header(place=place, given=given, defaulted=defaulted, **values), problems


def _read_value(parse: Callable[[str], Any], text: str, settings: HeaderSettings) -> Any:
    """Read a value; a date with slashes as configuration says. Raises ValueError."""
    match = SLASH_DATE.fullmatch(text) if parse is parse_date and settings.date_order else None
    if not match:
        return parse(text)
    first, second, year = match.groups()
    month, day = (first, second) if settings.date_order == "month-first" else (second, first)
    try:
        return parse(f"{year}-{month:0>2}-{day:0>2}")
    except ValueError:
        order = f"header.date_order: {settings.date_order}"
        raise ValueError(f'must be a day of the calendar, not "{text}" ({order})') from None


def _has_placeholder(text: str) -> bool:
    """Whether a value, or an item of a list of values, is still to be filled in."""
    return any(map(is_placeholder, (text, *split_list(text))))


def stray_front_matter(text: str, path: str) -> StrayHeader | None:
    """Why a MyST text that seems to have front matter has none; None when nothing seems so."""
    prose = FENCE.split(text[:SEARCHED], maxsplit=1)[0]  # what a fence quotes is no header
    match = FRONT_MATTER.search(prose)
    if not match:
        return None
    start = match.start(1)
    line = text.count("\n", 0, start) + 1
    if start == 0 and (matter := read_front_matter(text)) is not None:
        try:
            read_yaml_fields(matter)
        except YamlError as error:
            place = Place(path, error.line + 2)
            return StrayHeader(f"the front matter is no YAML: {error}; quote the value", place)
    reason = "front matter starts on the first line of the file and ends with a line ---"
    return StrayHeader(reason, Place(path, line))


def fields_of_text(text: str, is_myst: bool) -> dict[str, str]:
    """Return the header fields of a source text that Sphinx does not read now, by name."""
    try:
        return {field.name: field.text for field in read_header_fields(text, is_myst)}
    except YamlError:
        return {}


def header_of_text(text: str, is_myst: bool, settings: HeaderSettings) -> Header | None:
    """Return the header of a source text that Sphinx does not read now; None without one."""
    try:
        fields = read_header_fields(text, is_myst)
    except YamlError:
        return None
    if not is_governed_header((field.name for field in fields), settings):
        return None
    return parse_header(fields, "", settings)[0]
