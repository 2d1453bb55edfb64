"""``opsdocs issues``: the commands for issues of deviations."""

from __future__ import annotations

import click

from sphinxext_opsdocs.cli.issues_draft import draft
from sphinxext_opsdocs.cli.issues_refresh import refresh

__all__ = ["issues"]


@click.group()
def issues() -> None:
    """Query issue trackers, and raise issues."""


issues.add_command(draft)
issues.add_command(refresh)
