"""Document classes: the built-in ones, with the changes and additions of a team."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec
from msgspec import Struct

from sphinxext_opsdocs.config.parser import ConfigurationError
from sphinxext_opsdocs.config.schema import ClassSettings, Config

__all__ = [
    "LEGACY",
    "REQUIRED_FIELDS",
    "SPECIFICATION",
    "DocumentClass",
    "built_in_classes",
    "document_classes",
    "section_key",
]

SPECIFICATION = "specification"
LEGACY = "legacy"
"""The class of pages from before the team used opsdocs, until somebody classifies them."""
REQUIRED_FIELDS = ("class", "owner", "status", "version", "last-reviewed")


class DocumentClass(Struct, frozen=True):
    """The requirements on every document of a class. Patterns match the whole name."""

    name: str
    title: str = ""
    required_sections: tuple[str, ...] = ()
    required_fields: tuple[str, ...] = REQUIRED_FIELDS
    file_pattern: str = ""
    title_pattern: str = ""
    review_interval: int = 0
    """Days, 0 for never."""
    verification_interval: int = 0
    """Days between drills or real runs, 0 for never."""
    canonical_reference: str = "optional"
    approvals: Mapping[str, tuple[str, ...]] = {}
    """The roles by status."""
    independent_approval: bool = False


@cache
def built_in_classes() -> Mapping[str, ClassSettings]:
    """Return the seven operational classes of the charter, ``legacy`` and ``specification``."""
    text = files("sphinxext_opsdocs").joinpath("data/document_classes.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), dict[str, ClassSettings])


def section_key(title: str) -> str:
    """Return a section title without letter case, number and punctuation, for comparison."""
    # headings may be numbered by hand: "2. Mitigation" is "Mitigation"
    return re.sub(r"^[\d.)\s]+", "", " ".join(title.casefold().split())).strip(" :.")


def document_classes(config: Config) -> dict[str, DocumentClass]:
    """Return every class by name, the built-in ones first.

    Raises ConfigurationError if a class extends one that does not exist, or itself, and if services
    need one that does not exist.
    """
    names = dict.fromkeys([*built_in_classes(), *config.classes])
    for name in config.catalog.classes:
        if name not in names:
            allowed = ", ".join(names)
            raise ConfigurationError(f'catalog.classes = "{name}": no such class; {allowed}')
    return {name: _resolve(name, config) for name in names}


def _resolve(name: str, config: Config, derived: tuple[str, ...] = ()) -> DocumentClass:
    """Return a class with everything it inherits; ``derived`` are the classes that extend it."""
    own = config.classes.get(name, ClassSettings())
    base = DocumentClass(name=name, title=name.replace("-", " ").capitalize())
    if own.extends:
        _refuse_wrong_base(name, own.extends, config, derived)
        base = _resolve(own.extends, config, (*derived, name))
    given: dict[str, Any] = {}
    for layer in (built_in_classes().get(name, ClassSettings()), own):
        settings = msgspec.structs.asdict(layer)
        given |= {key: value for key, value in settings.items() if value is not None}
    given.pop("extends", None)
    return msgspec.structs.replace(base, name=name, **given)


def _refuse_wrong_base(name: str, base: str, config: Config, derived: tuple[str, ...]) -> None:
    if base in (name, *derived):
        fault = "must not extend itself, directly or in a circle"
    elif base not in built_in_classes() and base not in config.classes:
        fault = "must be another class"
    else:
        return
    others = dict.fromkeys([*built_in_classes(), *config.classes])
    allowed = ", ".join(other for other in others if other not in (name, *derived))
    raise ConfigurationError(f'classes.{name}.extends = "{base}": {fault}; allowed: {allowed}')
