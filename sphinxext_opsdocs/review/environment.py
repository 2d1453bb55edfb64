"""The environment variables that code of a revision gets: nothing that a pipeline keeps secret."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import msgspec

from sphinxext_opsdocs.config.schema import CONFIG_FILE
from sphinxext_opsdocs.review.git import GitError, run_git

__all__ = ["read_environment_names", "select_variables"]

ALLOWED = {
    "PATH", "HOME", "USER", "LOGNAME", "USERNAME", "SHELL", "PWD", "TMPDIR", "TMP", "TEMP",
    "LANG", "LANGUAGE", "TZ", "TERM", "COLORTERM", "COLUMNS", "LINES", "NO_COLOR",
    "FORCE_COLOR", "VIRTUAL_ENV", "CONDA_PREFIX", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH",
    "DYLD_FALLBACK_LIBRARY_PATH", "SOURCE_DATE_EPOCH", "SSL_CERT_FILE", "SSL_CERT_DIR",
    "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC",
    "PATHEXT", "USERPROFILE", "HOMEDRIVE", "HOMEPATH", "APPDATA", "LOCALAPPDATA", "PROGRAMDATA",
    "PROGRAMFILES",
}  # fmt: skip
"""On Windows, Python has all names in capitals."""
PREFIXES = ("LC_", "PYTHON", "SPHINX", "XDG_")
SECRET = re.compile("TOKEN|SECRET|PASSW|KEY|CREDENTIAL|AUTH")
"""In a name with such a prefix: SPHINX_GITHUB_CHANGELOG_TOKEN."""
PROXIES = frozenset({"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"})
"""In capitals or not. Without them, intersphinx waits for servers that it cannot reach."""


def select_variables(
    environment: Mapping[str, str], further_names: Collection[str]
) -> dict[str, str]:
    """Return the variables that conf.py of a revision may read."""
    return {
        name: value
        for name, value in environment.items()
        if name in further_names or _is_allowed(name, value)
    }


def _is_allowed(name: str, value: str) -> bool:
    if name.upper() in PROXIES:
        return "@" not in value  # a password stands before it
    if name.startswith(PREFIXES):
        return not SECRET.search(name)
    return name in ALLOWED


def read_environment_names(repository: Path, commit: str, confdir: Path) -> tuple[str, ...]:
    """Return ``review.environment`` of a commit; empty where its configuration sets none.

    ``confdir`` is relative to the repository. conf.py is not asked: it runs with these names.
    """
    path = (confdir / CONFIG_FILE).as_posix()
    try:
        text = run_git(repository, "show", f"{commit}:{path}").decode("utf-8-sig")
        review: Any = tomllib.loads(text).get("review", {})
        return msgspec.convert(review.get("environment", ()), tuple[str, ...])
    # a file that cannot be parsed is reported when the documents are read
    except (GitError, ValueError, AttributeError, RecursionError):
        return ()
