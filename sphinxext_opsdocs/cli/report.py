"""``opsdocs report``: register, matrix, impact and inventory for other tools."""

from __future__ import annotations

from pathlib import Path

import click

from sphinxext_opsdocs.cli._source import Failure, day_of, day_option, read_source, source_arguments
from sphinxext_opsdocs.reports.tables import REPORTS, ReportError, make_table
from sphinxext_opsdocs.reports.tabular import TABLE_FORMATS

__all__ = ["report"]


@click.command()
@click.argument("kind", type=click.Choice(list(REPORTS)))
@source_arguments
@day_option
@click.option(
    "-f",
    "--format",
    "written",
    type=click.Choice(list(TABLE_FORMATS)),
    default="markdown",
    show_default=True,
    help="How the table is written.",
)
@click.option(
    "--filter",
    "filters",
    multiple=True,
    metavar="NAME=VALUE,...",
    help="Keep the rows with one of the values; the filters of the report's directive.",
)
def report(
    kind: str,
    source: Path,
    confdir: Path | None,
    define: tuple[str, ...],
    jobs: str,
    day: str,
    written: str,
    filters: tuple[str, ...],
) -> None:
    """Print the deviation register, traceability matrix, impact, inventory or debt of SOURCE."""
    wanted: dict[str, tuple[str, ...]] = {}
    for text in filters:
        name, _, values = text.partition("=")
        wanted[name] = tuple(part for raw in values.split(",") if (part := raw.strip()))
        if not wanted[name]:
            raise Failure(f'--filter takes NAME=VALUE, not "{text}"')
    found = read_source(source, confdir, define, jobs)
    try:
        table = make_table(kind, found.graph, day_of(day), wanted)
    except ReportError as problem:
        raise Failure(f"report {kind}: {problem}") from None
    click.echo(TABLE_FORMATS[written](table), nl=False)
