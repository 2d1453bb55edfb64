"""``opsdocs deviations``: the commands that edit deviations in their documents."""

from __future__ import annotations

import click

from sphinxext_opsdocs.cli.deviations_confirm import confirm
from sphinxext_opsdocs.cli.deviations_new import new
from sphinxext_opsdocs.cli.deviations_resolve import resolve

__all__ = ["deviations"]


@click.group()
def deviations() -> None:
    """Record and edit observed deviations."""


deviations.add_command(confirm)
deviations.add_command(new)
deviations.add_command(resolve)
