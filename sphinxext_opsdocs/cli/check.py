"""``opsdocs check``: the findings of a documentation, without writing its pages."""

from __future__ import annotations

from pathlib import Path

import click

from sphinxext_opsdocs.cli._source import (
    day_of,
    day_option,
    output_option,
    put_out,
    read_source,
    source_arguments,
)
from sphinxext_opsdocs.findings.finding import counted_noun, fails
from sphinxext_opsdocs.reports.formats import FORMATS, render_findings
from sphinxext_opsdocs.rules.engine.check import CheckResult, counts
from sphinxext_opsdocs.rules.engine.check import check as run_check

__all__ = ["check"]


@click.command()
@source_arguments
@day_option
@click.option(
    "-f",
    "--format",
    "kind",
    type=click.Choice(list(FORMATS)),
    default="text",
    show_default=True,
    help="How findings are written.",
)
@output_option
@click.option("--reach", is_flag=True, help="Say for each rule where it could fire and did.")
def check(
    source: Path,
    confdir: Path | None,
    define: tuple[str, ...],
    jobs: str,
    day: str,
    kind: str,
    output: Path | None,
    reach: bool,
) -> None:
    """Check the documents of SOURCE against their specifications.

    SOURCE is the directory of conf.py, or a facts file (opsdocs.json) that a build wrote. Only
    the findings go to standard output. Errors and warnings make the exit status 1; notes of
    severity info do not.
    """
    found = read_source(source, confdir, define, jobs)
    result = run_check(found.graph, day_of(day), found.known_owners)
    base = found.shown_base if kind == "text" else found.repository_base
    put_out(render_findings(kind, result, base), output)
    if reach:
        click.echo(_reach(result), err=True, nl=False)
    click.echo(_summary(result, len(found.graph.governed)), err=True)
    raise SystemExit(1 if fails(result.findings) else 0)


def _reach(result: CheckResult) -> str:
    lines = [f"{'rule':<32}{'places':>8}{'fired':>8}\n"]
    lines += [f"{row.rule:<32}{row.places:>8}{row.fired:>8}\n" for row in result.reach]
    return "".join(lines)


def _summary(result: CheckResult, governed: int) -> str:
    found = counts(result.findings)
    suppressed = sum(bool(finding.suppressed) for finding in result.findings)
    known = sum(bool(finding.known_since) for finding in result.findings)
    parts = [
        counted_noun(found["error"], "error"),
        counted_noun(found["warning"], "warning"),
        counted_noun(found["info"], "note"),
        f"{suppressed} suppressed",
        *([f"{known} known"] if result.has_baseline else []),
    ]
    return f"{', '.join(parts)} in {counted_noun(governed, 'governed document')}"
