"""Message catalogues of a project: which languages it, and each of its pages, is shown in."""

from __future__ import annotations

import gettext
from pathlib import Path

from sphinx.environment import BuildEnvironment
from sphinx.locale import translators
from sphinx.util.i18n import docname_to_domain

__all__ = ["has_catalogue", "has_catalogues"]


def has_catalogue(env: BuildEnvironment) -> bool:
    """Return whether the page that is being read is shown translated."""
    domain = docname_to_domain(env.docname, env.config.gettext_compact)
    # within one process, Sphinx goes on to use a catalogue that it has read
    if isinstance(translators.get(("general", domain)), gettext.GNUTranslations):
        return True
    languages = [str(env.config.language)]
    return any(gettext.find(domain, str(folder), languages) for folder in _folders(env))


def has_catalogues(env: BuildEnvironment, language: str) -> bool:
    """Return whether the project has translations into a language."""
    codes = {language, language.partition("_")[0]}
    return any(
        next((folder / code / "LC_MESSAGES").rglob("*.[mp]o"), None) is not None
        for folder in _folders(env)
        for code in codes
    )


def _folders(env: BuildEnvironment) -> list[Path]:
    return [Path(env.srcdir, folder) for folder in env.config.locale_dirs]
