"""Where the configuration comes from: opsdocs.toml beside conf.py, under the values of conf.py."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
from sphinx.application import Sphinx
from sphinx.config import Config as SphinxConfig
from sphinx.config import eval_config_file
from sphinx.errors import ConfigError
from sphinx.util.tags import Tags

from sphinxext_opsdocs.config.classes import document_classes
from sphinxext_opsdocs.config.parser import (
    ConfigurationError,
    merge_tables,
    parse_config,
    read_toml,
)
from sphinxext_opsdocs.config.schema import CONFIG_FILE, PER_FOLDER, Config
from sphinxext_opsdocs.rules import RULES_BY_NAME
from sphinxext_opsdocs.rules.engine.known import refuse_unknown_rules
from sphinxext_opsdocs.text.language import Language, LanguageError, load_language

__all__ = [
    "SettingsError",
    "add_config_values",
    "config_of",
    "configuration_of",
    "known_owners",
    "language_of",
    "load_settings",
    "tables_of",
]

KEYS = tuple(field.name for field in msgspec.structs.fields(Config))
DEFAULTS: dict[str, Any] = {
    key: [] if isinstance(value, tuple) else type(value)()
    for key, value in msgspec.to_builtins(Config()).items()
}
"""Key -> the value of conf.py that stands for "not set", told by its identity."""


class SettingsError(ConfigError):
    """Our configuration is wrong; the message names every fault."""


def add_config_values(app: Sphinx) -> None:
    """Register ``opsdocs_<key>`` for every key: what they change, every page may show."""
    for key, default in DEFAULTS.items():
        kind: Any = default.__class__
        kinds: list[Any] = [list, tuple] if kind is list else [kind]
        app.add_config_value(f"opsdocs_{key}", default, "env", types=kinds)


def load_settings(app: Sphinx, config: SphinxConfig) -> None:
    """Lay conf.py's values over opsdocs.toml, so that Sphinx sees a change in either.

    Raises SettingsError with every fault.
    """
    try:
        tables = read_toml(Path(app.confdir) / CONFIG_FILE)
        merged = merge_tables(tables, _given(config))
        parsed = parse_config(merged)
        document_classes(parsed)
        refuse_unknown_rules(parsed)
        load_language(parsed.language, Path(app.confdir))
    except (ConfigurationError, LanguageError) as problem:
        raise SettingsError(f"{CONFIG_FILE} or opsdocs_* in conf.py: {problem}") from None
    for key, value in merged.items():
        setattr(config, f"opsdocs_{key}", value)


def configuration_of(confdir: Path) -> Config:
    """The typed configuration of a folder with opsdocs.toml and conf.py, without a build.

    Raises ConfigurationError, also when conf.py fails.
    """
    tables = read_toml(confdir / CONFIG_FILE)
    if (confdir / "conf.py").is_file():
        # it is run in its folder, so its name must not be relative
        try:
            values = eval_config_file(confdir.resolve() / "conf.py", Tags())
        except ConfigError as error:
            raise ConfigurationError(str(error)) from None
        given = {key: values[f"opsdocs_{key}"] for key in KEYS if f"opsdocs_{key}" in values}
        tables = merge_tables(tables, given)
    return parse_config(tables)


def tables_of(config: SphinxConfig) -> dict[str, Any]:
    """The merged tables, only those set, with suppressed warnings as rules that are off."""
    tables = {key: config[f"opsdocs_{key}"] for key in KEYS if config[f"opsdocs_{key}"]}
    if off := _suppressed(config):
        rules = dict(tables.get("rules", {}))
        folders = rules.pop(PER_FOLDER, {})
        kept = {
            glob: {name: severity for name, severity in table.items() if name not in off}
            for glob, table in folders.items()
        }
        rules |= dict.fromkeys(off, "off")
        tables["rules"] = rules | ({PER_FOLDER: kept} if kept else {})
    return tables


def config_of(config: SphinxConfig) -> Config:
    """The typed configuration of a build whose settings were loaded."""
    return parse_config(tables_of(config))


def language_of(app: Sphinx, name: str) -> Language | None:
    """What is known of a language, or what a file beside conf.py says; None where nothing is.

    Raises SettingsError for a file that cannot be read.
    """
    try:
        return load_language(name, Path(app.confdir))
    except LanguageError as error:
        raise SettingsError(str(error)) from None


def known_owners(config: Config, confdir: Path) -> tuple[str, ...]:
    """Keys of the owners registry, owners in the CODEOWNERS file and of spec domains, sorted.

    Empty where neither a registry nor a CODEOWNERS file is kept.
    The format of CODEOWNERS: a pattern, then owners, and # before a comment.
    """
    owners = set(config.owners)
    if config.codeowners:
        try:
            text = (confdir / config.codeowners).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(
                f'codeowners = "{config.codeowners}": cannot be read: {error}'
            ) from None
        for line in text.splitlines():
            owners.update(line.partition("#")[0].split()[1:])
    if owners:
        owners.update(domain.owner for domain in config.domains.values() if domain.owner)
    return tuple(sorted(owners))


def _given(config: SphinxConfig) -> dict[str, Any]:
    """What conf.py or the command line set, empty lists and tables included."""
    values = {key: config[f"opsdocs_{key}"] for key in KEYS}
    return {
        key: value
        for key, value in values.items()
        if value not in ("", None) and value is not DEFAULTS[key]
    }


def _suppressed(config: SphinxConfig) -> list[str]:
    names = set(config.suppress_warnings)
    if not names.isdisjoint({"opsdocs", "opsdocs.*"}):
        return list(RULES_BY_NAME)
    return [name for name in RULES_BY_NAME if f"opsdocs.{name}" in names]
