"""``opsdocs report``: prints the tables that pages can show."""

from __future__ import annotations

import click

from sphinxext_opsdocs.cli._options import (
    Failure,
    SphinxOptions,
    day_of,
    day_option,
    format_option,
    source_argument,
)
from sphinxext_opsdocs.cli._source import read_source
from sphinxext_opsdocs.reports.table_formats import TABLE_FORMATS
from sphinxext_opsdocs.reports.table_reports import REPORTS, ReportError, make_table

__all__ = ["report"]


@click.command(epilog="Example: opsdocs report register --filter state=open")
@click.argument("kind", type=click.Choice(list(REPORTS)))
@source_argument
@day_option
@format_option(list(TABLE_FORMATS), "markdown", "Format of the table.")
@click.option(
    "--filter",
    "filters",
    multiple=True,
    metavar="NAME=VALUE,...",
    help="Keep only rows with one of the values; names as in the directive of the report.",
)
def report(
    kind: str, options: SphinxOptions, day: str, format_name: str, filters: tuple[str, ...]
) -> None:
    """Print a register, matrix or other table.

    SOURCE is the folder of conf.py, or a facts file (opsdocs.json).

    \b
    register   observed deviations
    matrix     canonical sections and the documents that depend on them
    impact     canonical sections and every reference that depends on them
    inventory  governed documents
    suspects   references to sections that have changed since they were reviewed
    debt       known findings of the baseline
    on-call    alerts, the pages to open for them, and what is off there
    alerts     addresses of pages by alert, for a repository of alert rules
    verifications  drills and real runs, and pages that nobody has tried yet
    """
    values = _filter_values(filters)  # before the documents, which take long to read
    source = read_source(options)
    try:
        table = make_table(kind, source.graph, day_of(day), values)
    except ReportError as error:
        raise Failure(f"report {kind}: {error}") from None
    click.echo(TABLE_FORMATS[format_name](table), nl=False)


def _filter_values(filters: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """The values by name of filter. Raises Failure for a filter without any."""
    values: dict[str, tuple[str, ...]] = {}
    for text in filters:
        name, _, listed = text.partition("=")
        values[name] = tuple(part for raw in listed.split(",") if (part := raw.strip()))
        if not values[name]:
            raise Failure(f'--filter takes NAME=VALUE, not "{text}"')
    return values
