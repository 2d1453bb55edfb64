"""Handler of ``config-inited``: the settings of opsdocs.toml and conf.py."""

from __future__ import annotations

from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config as SphinxConfig

from sphinxext_opsdocs.config.classes import document_classes
from sphinxext_opsdocs.config.parser import (
    ConfigurationError,
    merge_tables,
    parse_config,
    read_toml,
)
from sphinxext_opsdocs.config.schema import CONFIG_FILE, Config
from sphinxext_opsdocs.ext.settings import SettingsError, given_values, note_parsed
from sphinxext_opsdocs.markup.header import refuse_unknown_fields
from sphinxext_opsdocs.text.language_file import LanguageError, load_language

__all__ = ["on_config_inited"]


def on_config_inited(app: Sphinx, config: SphinxConfig) -> None:
    """Merge opsdocs.toml into the configuration; values of conf.py win.

    Sphinx then compares the merged values with those of the last build, so that a change in either
    file has the same effect. Raises SettingsError with every fault.
    """
    try:
        merged = merge_tables(read_toml(Path(app.confdir) / CONFIG_FILE), given_values(config))
        typed = parse_config(merged)
        document_classes(typed)
        _refuse_unknown_rules(typed)
        refuse_unknown_fields(typed.header)
        load_language(typed.language, Path(app.confdir))
    except (ConfigurationError, LanguageError) as error:
        raise SettingsError(f"{CONFIG_FILE} or opsdocs_* in conf.py: {error}") from None
    for key, value in merged.items():
        setattr(config, f"opsdocs_{key}", value)
    note_parsed(config, merged, typed)


def _refuse_unknown_rules(config: Config) -> None:
    if config.rules:  # only if a project names any
        from sphinxext_opsdocs.rules.engine.rule_names import refuse_unknown_rules

        refuse_unknown_rules(config)
