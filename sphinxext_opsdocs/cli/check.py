"""``opsdocs check``: the findings of a documentation, without building its pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from sphinxext_opsdocs.cli._options import (
    SphinxOptions,
    day_of,
    day_option,
    format_option,
    output_option,
    source_argument,
)
from sphinxext_opsdocs.cli._source import read_source, run_sphinx, shown_folder
from sphinxext_opsdocs.cli._writing import write_report
from sphinxext_opsdocs.findings.finding import counted_noun, has_failures
from sphinxext_opsdocs.findings.result import CheckResult, counts
from sphinxext_opsdocs.reports.finding_formats import FORMATS, render_findings
from sphinxext_opsdocs.rules.engine.check import check as run_check

__all__ = ["check"]


@click.command()
@source_argument
@day_option
@format_option(list(FORMATS), "text", "Format of the findings.")
@output_option
@click.option(
    "--reach",
    is_flag=True,
    help="For each rule, count the places that it checked and its findings.",
)
def check(
    options: SphinxOptions, day: str, format_name: str, output: Path | None, reach: bool
) -> None:
    """Check documents against specifications.

    SOURCE is the folder of conf.py, or a facts file (opsdocs.json) from a build. Findings go to
    standard output, everything else to standard error. Errors and warnings make the exit status 1;
    notes (severity info) do not.
    """
    result, base = _result_of(options, day, format_name)
    write_report(render_findings(format_name, result, base), output)
    # to standard error: standard output contains the report alone
    if reach:
        click.echo(_reach(result), err=True, nl=False)
    click.echo(_summary(result), err=True)
    raise SystemExit(1 if has_failures(result.findings) else 0)


def _result_of(options: SphinxOptions, day: str, format_name: str) -> tuple[CheckResult, str]:
    """The result, and the base of its paths. Raises Failure."""
    if options.source.is_file():
        source = read_source(options, is_partial=True)
        result = run_check(source.graph, day_of(day), source.owners)
        return result, source.base_for(format_name)

    def check_documents(app: Any, ops_domain: Any) -> tuple[CheckResult, str]:
        from sphinxext_opsdocs.ext.checking import result_of
        from sphinxext_opsdocs.ext.repository import source_in_repository

        result = result_of(app, ops_domain, day_of(day))
        return result, source_in_repository(Path(app.srcdir))

    result, repository_base = run_sphinx(options, check_documents, is_partial=True, has_cache=True)
    # people read from here, machines from the repository
    return result, shown_folder(options.source) if format_name == "text" else repository_base


def _reach(result: CheckResult) -> str:
    lines = [f"{'rule':<32}{'places':>8}{'fired':>8}\n"]
    lines += [f"{row.rule:<32}{row.places:>8}{row.fired:>8}\n" for row in result.reach]
    return "".join(lines)


def _summary(result: CheckResult) -> str:
    standing = counts(result.findings)
    suppressed = sum(bool(finding.suppressed) for finding in result.findings)
    parts = [
        counted_noun(standing["error"], "error"),
        counted_noun(standing["warning"], "warning"),
        counted_noun(standing["info"], "note"),
        f"{suppressed} suppressed",
    ]
    if result.has_baseline:
        in_baseline = sum(bool(finding.baseline_date) for finding in result.findings)
        parts.append(f"{in_baseline} known")
    pages = counted_noun(result.pages, "page")
    return f"{', '.join(parts)} in {pages}, {result.governed} governed"
