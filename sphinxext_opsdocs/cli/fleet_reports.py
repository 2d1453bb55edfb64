"""``opsdocs fleet check``, ``report`` and ``sql``: what the whole fleet shows."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from sphinxext_opsdocs.cli._fleet import fleet_folder, fleet_option
from sphinxext_opsdocs.cli._options import Failure, format_option, output_option, show
from sphinxext_opsdocs.cli._writing import write_output, write_report
from sphinxext_opsdocs.config.parser import ConfigurationError
from sphinxext_opsdocs.findings.escaping import printable_lines
from sphinxext_opsdocs.findings.finding import counted_noun
from sphinxext_opsdocs.fleet.queries import FINDINGS, QUERIES, REPORTS

if TYPE_CHECKING:
    from sphinxext_opsdocs.fleet.reading import Served

__all__ = ["check", "report", "served_in", "sql"]

Command = TypeVar("Command", bound=Callable[..., Any])
DATA = ("csv", "json", "parquet")
SHOWN = 100
"""Rows of a table for readers; data have all of them."""


def filter_options(command: Command) -> Command:
    """Take the filters of a report, which the command gets one by one."""
    for name, text in (
        ("audience", "Only what this audience may see.  [default: everything]"),
        ("repository", "Keep one repository."),
        ("domain", "Keep one specification: the repository that publishes it, or its index."),
        ("owner", "Keep one owner."),
    ):
        command = click.option(f"--{name}", default="", help=text)(command)
    return command


@click.command(epilog="Example: opsdocs fleet check --owner team-orders")
@fleet_option
@filter_options
@format_option(["text", *DATA], "text", "Format of the findings.")
@output_option
def check(
    given: Path | None,
    owner: str,
    domain: str,
    repository: str,
    audience: str,
    format_name: str,
    output: Path | None,
) -> None:
    """Report what only the whole fleet shows.

    These are findings across repositories, such as a deviation that two of them record. Errors and
    warnings make the exit status 1; notes (severity info) do not. It reads what the last refresh
    has found: findings of each repository by itself are in "report scorecard", and in its own
    check.
    """
    filters = _filters(owner=owner, domain=domain, repository=repository)
    with served_in(fleet_folder(given), audience) as served:
        report = served.rows(FINDINGS, filters)
        if format_name == "text":
            lines = [_line(dict(zip(report.columns, row, strict=True))) for row in report.rows]
            write_report("".join(f"{line}\n" for line in lines), output)
        else:
            _export(served, FINDINGS, filters, format_name, output)
        severities = [row[report.columns.index("severity")] for row in report.rows]
        counts = (counted_noun(severities.count(key), noun) for key, noun in SEVERITIES.items())
        show(f"{', '.join(counts)}; {served.standing()}", err=True)
    raise SystemExit(1 if {"error", "warning"} & set(severities) else 0)


SEVERITIES = {"error": "error", "warning": "warning", "info": "note"}


def _line(finding: Mapping[str, Any]) -> str:
    place = finding["repository"]
    if finding["path"]:
        place = f"{place}/{finding['path']}:{finding['line']}"
    text = f"{place}: {SEVERITIES[finding['severity']]}: {finding['message']} [{finding['rule']}]"
    return printable_lines(text)


@click.command(epilog="Example: opsdocs fleet report register --owner team-orders")
@click.argument("kind", metavar="REPORT", type=click.Choice(REPORTS))
@click.argument("section", required=False)
@fleet_option
@filter_options
@format_option(["markdown", *DATA], "markdown", "Format of the table.")
@output_option
def report(
    kind: str,
    section: str | None,
    given: Path | None,
    owner: str,
    domain: str,
    repository: str,
    audience: str,
    format_name: str,
    output: Path | None,
) -> None:
    """Print a table over all repositories.

    As a table for readers it has the first 100 rows; as csv, json or parquet all of them.

    \b
    repositories  every repository, and whether its bundle could be read
    totals        counts for each audience
    scorecard     counts for each repository
    register      observed deviations
    matrix        published sections, and how much depends on each
    impact        who depends on SECTION: REPOSITORY:page#anchor, label or address
    trend         findings on each day
    """
    if bool(section) != (kind == "impact"):
        raise Failure("impact takes a SECTION, and no other report does")
    filters = _filters(owner=owner, domain=domain, repository=repository, section=section or "")
    with served_in(fleet_folder(given), audience) as served:
        if format_name == "markdown":
            write_report(_markdown(served, kind, filters), output)
        else:
            _export(served, kind, filters, format_name, output)
        if kind == "impact" and (count := served.unresolved()):
            text = "unresolved, or leads to an index that no repository publishes"
            show(
                f"{counted_noun(count, 'reference')} may belong here too: each is {text}", err=True
            )
        show(served.standing(), err=True)


@click.command(epilog="Example: opsdocs fleet sql register --dialect spark")
@click.argument("name", metavar="NAME", type=click.Choice(QUERIES))
@click.option(
    "--dialect",
    default="duckdb",
    show_default=True,
    help="Engine that runs it, such as spark, bigquery, snowflake or trino.",
)
def sql(name: str, dialect: str) -> None:
    """Print the SQL of a report or rule.

    Its tables are in the folder of fleet/generations that fleet/CURRENT names: files such as
    fleet.parquet, and folders of files such as pages.
    """
    from sphinxext_opsdocs.fleet.dialects import DialectError, translated

    try:
        click.echo(translated(name, dialect))
    except DialectError as error:
        raise Failure(str(error)) from None


@contextmanager
def served_in(folder: Path, audience: str = "") -> Generator[Served]:
    """What the fleet in a folder serves. Raises Failure."""
    from sphinxext_opsdocs.fleet.database import DatabaseError
    from sphinxext_opsdocs.fleet.reading import NothingServedError, open_fleet

    try:
        with open_fleet(folder, audience) as served:
            yield served
    except (ConfigurationError, DatabaseError, NothingServedError) as error:
        raise Failure(str(error)) from None


def _filters(**values: str) -> dict[str, str]:
    return {name: value for name, value in values.items() if value}


def _markdown(served: Served, kind: str, filters: Mapping[str, str]) -> str:
    from sphinxext_opsdocs.fleet.tables import report_table
    from sphinxext_opsdocs.reports.table_formats import TABLE_FORMATS

    text = TABLE_FORMATS["markdown"](report_table(kind, served.rows(kind, filters, SHOWN)))
    rest = served.count(kind, filters) - SHOWN
    return f"{text}\n{rest:,} more rows; --format csv has all\n" if rest > 0 else text


def _export(
    served: Served, kind: str, filters: Mapping[str, str], format_name: str, output: Path | None
) -> None:
    """Write data to a file, or to standard output. Raises Failure."""
    if output is None and format_name == "parquet":
        raise Failure("parquet cannot be written to standard output; use --output FILE")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "report")
        served.export(kind, path, format_name, filters)
        if output:
            write_output(output, path.read_bytes())
        else:
            click.echo(path.read_text(encoding="utf-8"), nl=False)
