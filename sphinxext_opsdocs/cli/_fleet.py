"""The fleet that a command is about."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from sphinxext_opsdocs.cli._options import Failure
from sphinxext_opsdocs.config.parser import ConfigurationError
from sphinxext_opsdocs.fleet.settings import FLEET_FILE, FleetSettings, read_fleet

__all__ = ["fleet_folder", "fleet_option", "settings_of"]

Command = TypeVar("Command", bound=Callable[..., Any])

fleet_option = click.option(
    "-s",
    "--source",
    "given",
    metavar="FOLDER",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of fleet.toml.  [default: here or above]",
)


def fleet_folder(given: Path | None, is_new: bool = False) -> Path:
    """Return the folder of fleet.toml; where there is none yet, this one if ``is_new``.

    Raises Failure.
    """
    here = given or Path()
    for folder in (here,) if given else (here, *Path.cwd().parents):
        if (folder / FLEET_FILE).is_file():
            return folder
    if is_new:
        return here
    raise Failure(f'no {FLEET_FILE} in "{here.resolve()}"; begin with "opsdocs fleet add"')


def settings_of(folder: Path) -> FleetSettings:
    """Return the settings of a fleet. Raises Failure."""
    try:
        return read_fleet(folder)
    except ConfigurationError as error:
        raise Failure(str(error)) from None
