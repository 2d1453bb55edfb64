"""``opsdocs baseline``: records the findings of today, so that a check reports only new ones."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click

from sphinxext_opsdocs.cli._source import Failure, day_of, day_option, read_source, source_arguments
from sphinxext_opsdocs.config.schema import BASELINE_FILE
from sphinxext_opsdocs.findings.baseline import dump_baseline, renewed
from sphinxext_opsdocs.findings.finding import Finding, counted_noun
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.rules.baseline_stale import baseline_stale
from sphinxext_opsdocs.rules.engine.check import check
from sphinxext_opsdocs.storage import replace_file

__all__ = ["baseline"]


@click.command()
@source_arguments
@day_option
@click.option("--prune", is_flag=True, help="Only take out what is fixed; record nothing new.")
def baseline(
    source: Path,
    confdir: Path | None,
    define: tuple[str, ...],
    jobs: str,
    day: str,
    prune: bool,
) -> None:
    """Record the findings of SOURCE in opsdocs-baseline.json, beside conf.py: commit it.

    A check then reports only what is new. Entries tell findings by rule, page and content: what
    moves within its page, or with it to another name, stays known. Recorded again, known findings
    keep their day, new ones get today's, and fixed ones go.
    """
    found = read_source(source, confdir, define, jobs)
    path = found.confdir / BASELINE_FILE
    _refuse_unreadable(found.graph, path)
    before = found.graph.inputs.baseline
    if prune and before is None:
        raise Failure(f'"{path}" is not there; "opsdocs baseline" records it')
    today = day_of(day)
    result = check(found.graph, today, found.known_owners)
    recorded = [f for f in _recorded(result.findings, prune) if not f.suppressed]
    entries = renewed(recorded, today)
    try:
        replace_file(path, dump_baseline(entries))
    except OSError as error:
        raise Failure(f'cannot write "{path}": {error.strerror}') from None
    known = sum(bool(finding.known_since) for finding in recorded)
    gone = len(before or ()) - known
    text = f"{counted_noun(len(entries), 'finding')}, {len(entries) - known} new"
    click.echo(f"{path}: {text}" + (f", {gone} taken out" if gone else ""))


def _refuse_unreadable(graph: TraceabilityGraph, path: Path) -> None:
    for problem in graph.inputs.problems:
        if Path(problem.place.path).name == path.name:
            raise Failure(f"{problem.message}; remove it to start anew")


def _recorded(findings: Iterable[Finding], prune: bool) -> Iterable[Finding]:
    for finding in findings:
        if finding.rule != baseline_stale.name and (finding.known_since or not prune):
            yield finding
