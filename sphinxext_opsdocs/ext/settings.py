"""The configuration of a project: opsdocs.toml beside conf.py, under the values of conf.py."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import msgspec
from sphinx.application import Sphinx
from sphinx.config import Config as SphinxConfig
from sphinx.config import eval_config_file
from sphinx.errors import ConfigError
from sphinx.util.tags import Tags

from sphinxext_opsdocs.config.codeowners import code_owners, dialect_of
from sphinxext_opsdocs.config.parser import (
    ConfigurationError,
    merge_tables,
    parse_config,
    read_toml,
)
from sphinxext_opsdocs.config.schema import CONFIG_FILE, PER_FOLDER, Config
from sphinxext_opsdocs.text.language_file import Language, LanguageError, load_language

__all__ = [
    "SettingsError",
    "add_config_values",
    "config_of",
    "configuration_of",
    "configured_owners",
    "given_values",
    "is_configured",
    "language_of",
    "note_parsed",
    "tables_of",
]

KEYS = tuple(field.name for field in msgspec.structs.fields(Config))


DEFAULTS: dict[str, Any] = msgspec.to_builtins(Config())


def _unset_value(value: Any) -> Any:
    """A new empty value of the type that TOML has for this one; None for true and false."""
    if isinstance(value, bool):
        return None
    if isinstance(value, tuple):
        return []
    return type(value)()


PARSED: WeakKeyDictionary[SphinxConfig, tuple[dict[str, Any], Config]] = WeakKeyDictionary()
"""The tables that were parsed as a build began, and what they gave."""
UNSET: dict[str, Any] = {key: _unset_value(value) for key, value in DEFAULTS.items()}
"""The value of conf.py for each key that is not set; an equal value of a team is another object."""


class SettingsError(ConfigError):
    """Wrong settings; the message names every fault."""


def add_config_values(app: Sphinx) -> None:
    """Register ``opsdocs_<key>`` for every key."""
    for key, value in UNSET.items():
        types: list[Any] = [bool if value is None else type(value)]
        if isinstance(value, list):
            types.append(tuple)
        # "env": Sphinx reads all pages again after a change, since every page may depend on it
        app.add_config_value(f"opsdocs_{key}", value, "env", types=types)


def given_values(config: SphinxConfig) -> dict[str, Any]:
    """The values that conf.py or the command line set; an empty list or table is one too."""
    values = {key: config[f"opsdocs_{key}"] for key in KEYS}
    return {
        key: value
        for key, value in values.items()
        if value not in ("", None) and value is not UNSET[key]
    }


def is_configured(app: Sphinx, config: SphinxConfig) -> bool:
    """Whether a project has an ``opsdocs.toml``, or a value of ours in conf.py."""
    return bool(given_values(config)) or (Path(app.confdir) / CONFIG_FILE).is_file()


def configuration_of(confdir: Path) -> Config:
    """The typed configuration of a folder with opsdocs.toml or conf.py, without a build.

    Raises ConfigurationError, also if conf.py fails.
    """
    tables = read_toml(confdir / CONFIG_FILE)
    if (confdir / "conf.py").is_file():
        # Sphinx runs it in its folder, where a relative path would lead elsewhere
        path = confdir.resolve() / "conf.py"
        try:
            values = eval_config_file(path, Tags())
        except ConfigError as error:
            raise ConfigurationError(str(error)) from None
        given = {key: values[f"opsdocs_{key}"] for key in KEYS if f"opsdocs_{key}" in values}
        tables = merge_tables(tables, given)
    return parse_config(tables)


def tables_of(config: SphinxConfig) -> dict[str, Any]:
    """The merged tables that are not empty; rules whose warnings Sphinx suppresses are off."""
    values = {key: config[f"opsdocs_{key}"] for key in KEYS}
    tables: dict[str, Any] = {k: value for k, value in values.items() if value or value is False}
    if suppressed := _suppressed_rules(config):
        tables["rules"] = _switched_off(tables.get("rules", {}), suppressed)
    return tables


def _suppressed_rules(config: SphinxConfig) -> list[str]:
    names = {name for name in config.suppress_warnings if name.startswith("opsdocs")}
    if not names:
        return []
    from sphinxext_opsdocs.rules import RULES_BY_NAME  # only if a project suppresses ours

    if not names.isdisjoint({"opsdocs", "opsdocs.*"}):
        return list(RULES_BY_NAME)
    return [name for name in RULES_BY_NAME if f"opsdocs.{name}" in names]


def _switched_off(rules: dict[str, Any], names: Collection[str]) -> dict[str, Any]:
    """The table of rules with some of them off, in every folder."""
    table: dict[str, Any] = {**rules, **dict.fromkeys(names, "off")}
    folders: dict[str, dict[str, Any]] = table.pop(PER_FOLDER, {})
    if folders:
        table[PER_FOLDER] = {
            glob: {name: severity for name, severity in severities.items() if name not in names}
            for glob, severities in folders.items()
        }
    return table


def config_of(config: SphinxConfig) -> Config:
    """The typed configuration of a build, after ``config-inited``."""
    tables = tables_of(config)
    known = PARSED.get(config)
    if known and known[0] == tables:
        return known[1]
    return parse_config(tables)


def note_parsed(config: SphinxConfig, tables: dict[str, Any], typed: Config) -> None:
    """Keep what tables gave for the next call of ``config_of``, if they are the same then."""
    PARSED[config] = tables, typed


def language_of(app: Sphinx, name: str) -> Language | None:
    """The words of a language, by its code or the path of a file; None for an unknown code.

    Raises SettingsError for a file that cannot be read.
    """
    try:
        return load_language(name, Path(app.confdir))
    except LanguageError as error:
        raise SettingsError(str(error)) from None


def configured_owners(config: Config, confdir: Path) -> tuple[str, ...]:
    """Owners in the registry, in the CODEOWNERS file and of spec domains, sorted.

    Empty if a project has neither a registry nor a CODEOWNERS file. Raises SettingsError.
    """
    owners = set(config.owners)
    if config.codeowners:
        owners.update(_code_owners(config, confdir))
    if owners:
        spec_domains = config.domains.values()
        owners |= {spec_domain.owner for spec_domain in spec_domains if spec_domain.owner}
    return tuple(sorted(owners))


def _code_owners(config: Config, confdir: Path) -> Iterable[str]:
    """The owners in the CODEOWNERS file. Raises SettingsError."""
    path = confdir.resolve() / config.codeowners
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f'codeowners = "{config.codeowners}": cannot be read: {error}'
        ) from None
    dialect = config.codeowners_dialect
    if dialect == "auto":
        dialect = dialect_of(path, text)
    return code_owners(text, dialect)
