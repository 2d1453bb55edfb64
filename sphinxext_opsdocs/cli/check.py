"""``opsdocs check``: the findings of a documentation, without building its pages."""

from __future__ import annotations

from pathlib import Path

import click

from sphinxext_opsdocs.cli._options import (
    SphinxOptions,
    day_of,
    day_option,
    format_option,
    output_option,
    source_argument,
)
from sphinxext_opsdocs.cli._source import read_source
from sphinxext_opsdocs.cli._writing import write_report
from sphinxext_opsdocs.findings.finding import counted_noun, has_failures
from sphinxext_opsdocs.findings.result import CheckResult, counts
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
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
    source = read_source(options, is_partial=True)
    result = run_check(source.graph, day_of(day), source.owners)
    write_report(render_findings(format_name, result, source.base_for(format_name)), output)
    # to standard error: standard output contains the report alone
    if reach:
        click.echo(_reach(result), err=True, nl=False)
    click.echo(_summary(result, source.graph), err=True)
    raise SystemExit(1 if has_failures(result.findings) else 0)


def _reach(result: CheckResult) -> str:
    lines = [f"{'rule':<32}{'places':>8}{'fired':>8}\n"]
    lines += [f"{row.rule:<32}{row.places:>8}{row.fired:>8}\n" for row in result.reach]
    return "".join(lines)


def _summary(result: CheckResult, graph: TraceabilityGraph) -> str:
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
    pages = graph.inputs.pages or tuple(graph.documents)
    # a page in a governed folder is governed, although it may lack its header
    governed = {document.facts.docname for document in graph.governed}
    governed.update(filter(graph.is_governed_folder, pages))
    return f"{', '.join(parts)} in {counted_noun(len(pages), 'page')}, {len(governed)} governed"
