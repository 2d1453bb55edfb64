"""Where the files are that a team keeps beside its documents."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sphinxext_opsdocs.canonical.lock_file import LOCK_FILE
from sphinxext_opsdocs.canonical.mirror import origins
from sphinxext_opsdocs.config.schema import (
    BASELINE_FILE,
    CONFIG_FILE,
    ISSUES_FILE,
    METRICS_FILE,
    Config,
    is_address,
)

__all__ = ["input_paths"]


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
