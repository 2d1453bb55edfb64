"""Options of a directive that become attributes of its fact, each read by a function."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from sphinxext_opsdocs.config.did_you_mean import one_of
from sphinxext_opsdocs.config.schema import Config
from sphinxext_opsdocs.facts.model import Value
from sphinxext_opsdocs.markup.directive_base import Head, OpsDirective
from sphinxext_opsdocs.markup.value_parsers import parse_date, split_list

__all__ = [
    "OptionField",
    "choice_of",
    "read_date",
    "read_environment",
    "read_environments",
    "read_fields",
    "read_issues",
    "read_names",
    "read_text",
]


class OptionField(NamedTuple):
    """One attribute of a fact, and the option that it comes from."""

    option: str
    attribute: str
    read: Callable[[Value, Config], Any]
    """May raise ValueError, whose message continues the name of the option."""
    is_required: bool = False


def read_fields(
    directive: OpsDirective, head: Head, fields: Iterable[OptionField]
) -> dict[str, Any]:
    """Return the attributes that options give; what is missing or invalid becomes a problem."""
    values: dict[str, Any] = {}
    for field in fields:
        option = head.options.get(field.option)
        if option and option.text:
            try:
                values[field.attribute] = field.read(option, directive.ops_config)
            except ValueError as error:
                message = f"{field.option} {error}"
                directive.problem(message, option.place, directive.option_rule)
        elif field.is_required:
            message = f'missing option "{field.option}"'
            directive.problem(message, directive.place, directive.option_rule)
    return values


def read_text(value: Value, _config: Config) -> str:
    """Return a text as it is."""
    return value.text


def read_date(value: Value, _config: Config) -> str:
    """Return a date. Raises ValueError."""
    return parse_date(value.text)


def read_names(value: Value, _config: Config) -> tuple[str, ...]:
    """Return names between commas, each once."""
    return tuple(dict.fromkeys(split_list(value.text)))


def read_issues(value: Value, _config: Config) -> tuple[Value, ...]:
    """Return the ids between commas, each once and with the place of the option."""
    return tuple(Value(part, value.place) for part in dict.fromkeys(split_list(value.text)))


def read_environment(value: Value, config: Config) -> str:
    """Return an environment. Raises ValueError for one that configuration does not list."""
    if config.environments:
        return choice_of(value.text, config.environments)
    return value.text


def read_environments(value: Value, config: Config) -> tuple[str, ...]:
    """Return environments between commas, as ``read_environment`` does."""
    names = read_names(value, config)
    return tuple(read_environment(Value(name, value.place), config) for name in names)


def choice_of(text: str, allowed: Iterable[str]) -> str:
    """Return a text that is one of those allowed. Raises ValueError for any other."""
    if text not in allowed:
        raise ValueError(f'must be {one_of(allowed)}, not "{text}"')
    return text
