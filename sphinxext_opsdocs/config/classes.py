"""Document classes: the built-in ones, with what a team added or changed."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import msgspec
from msgspec import Struct

from sphinxext_opsdocs.config.parser import ConfigurationError
from sphinxext_opsdocs.config.schema import ClassSettings, Config

__all__ = [
    "REQUIRED_FIELDS",
    "SPECIFICATION",
    "DocumentClass",
    "built_in",
    "document_classes",
    "section_key",
]

SPECIFICATION = "specification"
REQUIRED_FIELDS = ("class", "owner", "status", "version", "last-reviewed")


class DocumentClass(Struct, frozen=True):
    """What every document of a class has in common. Patterns match the whole name."""

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


@cache
def built_in() -> Mapping[str, ClassSettings]:
    """The seven operational classes of the charter, and ``specification``, in its order."""
    text = files("sphinxext_opsdocs").joinpath("data/document_classes.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), dict[str, ClassSettings])


def section_key(title: str) -> str:
    """A section's title without letter case, number and marks, as required ones are compared."""
    return re.sub(r"^[\d.)\s]+", "", " ".join(title.casefold().split())).strip(" :.")


def document_classes(config: Config) -> dict[str, DocumentClass]:
    """Every class by name, the built-in ones first.

    Raises ConfigurationError when a class extends one that does not exist, or itself.
    """
    names = [*built_in(), *(name for name in config.classes if name not in built_in())]
    return {name: _resolved(name, config, ()) for name in names}


def _resolved(name: str, config: Config, below: tuple[str, ...]) -> DocumentClass:
    own = config.classes.get(name, ClassSettings())
    extends = own.extends or ("" if name in built_in() else None)
    if name in below or (extends and extends not in {*built_in(), *config.classes}):
        known = ", ".join([*built_in(), *config.classes])
        key = below[-1] if below else name
        value = config.classes[key].extends
        raise ConfigurationError(
            f'classes.{key}.extends = "{value}": another class, without a circle, allowed: {known}'
        )
    if extends:
        base = _resolved(extends, config, (*below, name))
    else:
        base = DocumentClass(name=name, title=name.replace("-", " ").capitalize())
    layers = (built_in().get(name, ClassSettings()), own)
    given = {
        key: value
        for layer in layers
        for key, value in msgspec.structs.asdict(layer).items()
        if value is not None and key != "extends"
    }
    return msgspec.structs.replace(base, **{"name": name, **given})
