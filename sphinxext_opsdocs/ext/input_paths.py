"""Where the files are that a team keeps beside its documents."""

from __future__ import annotations

import glob
from collections.abc import Iterator
from pathlib import Path

from sphinxext_opsdocs.canonical.lock_file import LOCK_FILE
from sphinxext_opsdocs.canonical.mirror import origins
from sphinxext_opsdocs.config.alerts import AlertKind
from sphinxext_opsdocs.config.schema import (
    BASELINE_FILE,
    CONFIG_FILE,
    ISSUES_FILE,
    METRICS_FILE,
    Config,
    is_address,
)

__all__ = ["alert_files", "catalog_files", "input_paths"]


def input_paths(config: Config, confdir: Path) -> Iterator[Path]:
    """Yield every path at which a check looks for a file besides the documents."""
    for name in (CONFIG_FILE, LOCK_FILE, BASELINE_FILE, ISSUES_FILE, METRICS_FILE):
        yield confdir / name
    folder = confdir / config.sync.folder
    yield from sorted(path for path in folder.rglob("*") if path.is_file())
    yield from (origin.path(confdir) for origin in origins(config) if not is_address(origin.text))
    for name in (config.codeowners, config.language):
        if name:
            yield confdir / name
    for files in (alert_files(config, confdir), catalog_files(config, confdir)):
        yield from (path for _, _, paths in files for path in paths)


def alert_files(config: Config, confdir: Path) -> Iterator[tuple[AlertKind, str, list[Path]]]:
    """Yield kind, glob and files of alert rules, sorted, for each glob of the configuration."""
    settings = config.alerts
    kinds: tuple[tuple[AlertKind, tuple[str, ...]], ...] = (
        ("prometheus", settings.files),
        ("alertmanager", settings.alertmanager),
        ("grafana", settings.grafana),
    )
    for kind, patterns in kinds:
        for pattern in patterns:
            yield kind, pattern, _matching(pattern, confdir)


def catalog_files(config: Config, confdir: Path) -> Iterator[tuple[str, str, list[Path]]]:
    """Yield kind, glob and files of service catalogues, sorted, for each glob."""
    for pattern in config.catalog.files:
        yield "backstage", pattern, _matching(pattern, confdir)


def _matching(pattern: str, confdir: Path) -> list[Path]:
    names = sorted(glob.glob(pattern, root_dir=confdir, recursive=True))  # noqa: PTH207
    return [confdir / name for name in names if (confdir / name).is_file()]
