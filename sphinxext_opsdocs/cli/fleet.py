"""``opsdocs fleet``: many repositories as one."""

from __future__ import annotations

import os
from pathlib import Path

import click

from sphinxext_opsdocs.cli._fleet import fleet_folder, fleet_option, settings_of
from sphinxext_opsdocs.cli._options import Failure, day_of, day_option, show
from sphinxext_opsdocs.cli.fleet_members import add, remove
from sphinxext_opsdocs.cli.fleet_pages import pages
from sphinxext_opsdocs.cli.fleet_reports import check, report, sql
from sphinxext_opsdocs.storage import UnreadableError

__all__ = ["fleet"]


@click.group()
def fleet() -> None:
    """Check many repositories as one.

    fleet.toml names the repositories; each publishes a bundle (opsdocs bundle).
    """


@click.command(epilog="Example: opsdocs fleet refresh")
@fleet_option
@day_option
@click.option(
    "-j",
    "--jobs",
    type=click.IntRange(1),
    default=os.cpu_count() or 1,
    show_default="one per CPU",
    metavar="N",
    help="Check N repositories at once.",
)
def refresh(given: Path | None, day: str, jobs: int) -> None:
    """Fetch bundles, and check what has changed.

    A repository whose bundle cannot be fetched or read keeps what its last good one gave, and is
    reported; the exit status is 0 nevertheless, since every report counts it.
    """
    from sphinxext_opsdocs.fleet.database import DatabaseError
    from sphinxext_opsdocs.fleet.refresh import refresh as refresh_fleet

    folder = fleet_folder(given)
    settings = settings_of(folder)

    def tell(text: str) -> None:
        show(text, err=True)

    try:
        done = refresh_fleet(folder, settings, day_of(day), jobs, tell)
    except (DatabaseError, UnreadableError) as error:
        raise Failure(str(error)) from None
    except OSError as error:
        raise Failure(f"cannot write the state of the fleet: {error}") from None
    for name, fault in done.faults:
        show(f"{name}: {fault}", err=True)
    show(
        f"{done.read} of {done.repositories} repositories read, {done.changed} changed, "
        f"{done.checked} checked",
        err=True,
    )


for command in (add, remove, refresh, check, report, pages, sql):
    fleet.add_command(command)
