"""``opsdocs baseline``: records today's findings, so that a check reports only new ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import click
from msgspec.structs import replace

from sphinxext_opsdocs.cli._options import (
    Failure,
    SphinxOptions,
    day_of,
    day_option,
    show,
    source_argument,
)
from sphinxext_opsdocs.cli._source import read_source
from sphinxext_opsdocs.cli._writing import update_file, write_result
from sphinxext_opsdocs.config.schema import BASELINE_FILE
from sphinxext_opsdocs.findings.baseline import (
    BASELINE_FORMAT,
    Baseline,
    dump_baseline,
    renew_baseline,
)
from sphinxext_opsdocs.findings.finding import Finding, counted_noun
from sphinxext_opsdocs.rules.baseline_stale import baseline_stale
from sphinxext_opsdocs.rules.engine.check import check
from sphinxext_opsdocs.storage import UnreadableError

__all__ = ["baseline"]


@click.command()
@source_argument
@day_option
@click.option("--prune", is_flag=True, help="Only remove fixed findings; record no new ones.")
def baseline(options: SphinxOptions, day: str, prune: bool) -> None:
    """Record today's findings as known.

    Writes opsdocs-baseline.json beside conf.py: commit it. A check then reports only new findings.
    SOURCE is the folder of conf.py, or a facts file (opsdocs.json).

    Rule, page and content identify a finding, whatever its line. Recording again keeps the date of
    known findings, adds new ones with the date of today, and removes fixed ones.
    """
    source = read_source(options)
    path = source.confdir / BASELINE_FILE
    today = day_of(day)
    with update_file(path):
        # as it is now: another process may have recorded findings while documents were read
        before = _read_baseline(path)
        if prune and before is None:
            raise Failure(f'"{path}" does not exist; "opsdocs baseline" records it')
        graph = source.graph.evolve(inputs=replace(source.graph.inputs, baseline=before))
        result = check(graph, today, source.owners)
        recorded = list(_recorded(result.findings, prune))
        entries = renew_baseline(recorded, today)
        write_result(path, dump_baseline(entries))
    kept = sum(bool(finding.baseline_date) for finding in recorded)
    text = f"{path}: {counted_noun(len(entries), 'finding')}, {len(entries) - kept} new"
    if removed := len(before or ()) - kept:
        text += f", {removed} removed"
    show(text)


def _read_baseline(path: Path) -> Baseline | None:
    """Return the baseline; None without one. Raises Failure."""
    try:
        return BASELINE_FORMAT.load_if_present(path)
    except UnreadableError as error:
        # writing over it would lose the dates of all known findings
        raise Failure(f'"{path}" cannot be read: {error}; remove it to start anew') from None


def _recorded(findings: Iterable[Finding], prune: bool) -> Iterator[Finding]:
    for finding in findings:
        # findings of baseline_stale are about the baseline itself
        if finding.suppressed or finding.rule == baseline_stale.name:
            continue
        if finding.baseline_date or not prune:
            yield finding
