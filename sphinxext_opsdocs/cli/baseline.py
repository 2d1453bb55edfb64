"""``opsdocs baseline``: records today's findings, so that a check reports only new ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

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
from sphinxext_opsdocs.cli._source import Source, read_source
from sphinxext_opsdocs.cli._writing import update_file, write_result
from sphinxext_opsdocs.config.did_you_mean import did_you_mean
from sphinxext_opsdocs.config.globs import glob_matches
from sphinxext_opsdocs.config.schema import BASELINE_FILE
from sphinxext_opsdocs.findings.baseline import (
    BASELINE_FORMAT,
    Baseline,
    dump_baseline,
    renew_baseline,
)
from sphinxext_opsdocs.findings.finding import Finding, counted_noun, has_failures
from sphinxext_opsdocs.findings.result import CheckResult
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.reports.finding_formats import render_findings
from sphinxext_opsdocs.rules import RULES_BY_NAME
from sphinxext_opsdocs.rules.baseline_stale import baseline_stale
from sphinxext_opsdocs.rules.engine.check import check
from sphinxext_opsdocs.storage import UnreadableError

__all__ = ["baseline"]


class _Wanted(NamedTuple):
    """The new findings to record; all of them if nothing is named."""

    rules: tuple[str, ...]
    documents: tuple[str, ...]
    """Docname globs."""
    owners: tuple[str, ...]
    all_new: bool
    prune: bool

    @property
    def names_any(self) -> bool:
        """Whether somebody said which new findings to record."""
        return bool(self.all_new or self.rules or self.documents or self.owners)

    def takes(self, finding: Finding, graph: TraceabilityGraph) -> bool:
        """Whether a new finding is to be recorded."""
        facts = graph.documents.get(finding.docname)
        owners = facts.header.owners if facts and facts.header else ()
        return (
            (not self.rules or finding.rule in self.rules)
            and (not self.documents or glob_matches(finding.docname, self.documents))
            and (not self.owners or not set(self.owners).isdisjoint(owners))
        )


@click.command(epilog='Example: opsdocs baseline --document "ops/legacy/**"')
@source_argument
@day_option
@click.option("--rule", "rules", multiple=True, help="Record new findings of this rule.")
@click.option(
    "--document", "documents", multiple=True, metavar="GLOB", help="Record those of these pages."
)
@click.option("--owner", "owners", multiple=True, help="Record those of the pages of this owner.")
@click.option("--all", "all_new", is_flag=True, help="Record all new findings.")
@click.option("--prune", is_flag=True, help="Record no new findings, and do not ask for any.")
def baseline(
    options: SphinxOptions,
    day: str,
    rules: tuple[str, ...],
    documents: tuple[str, ...],
    owners: tuple[str, ...],
    all_new: bool,
    prune: bool,
) -> None:
    """Record today's findings as known.

    Writes opsdocs-baseline.json beside conf.py: commit it. A check then reports only new findings.
    SOURCE is the folder of conf.py, or a facts file (opsdocs.json).

    Rule, page and content identify a finding, whatever its line. Recording again removes what is
    fixed, and keeps the date of what is known. A new finding is then recorded only if you name its
    rule, page or owner, or all; others are listed, and errors and warnings among them make the exit
    status 1.
    """
    wanted = _Wanted(rules, documents, owners, all_new, prune)
    if prune and wanted.names_any:
        raise Failure("--prune records nothing; leave out what names new findings")
    _refuse_unknown(rules)
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
        standing = list(_standing(result.findings))
        records_new = not prune and (before is None or wanted.names_any)
        recorded = [
            finding
            for finding in standing
            if finding.baseline_date or (records_new and wanted.takes(finding, graph))
        ]
        entries = renew_baseline(recorded, today)
        write_result(path, dump_baseline(entries))
    kept = sum(bool(finding.baseline_date) for finding in recorded)
    text = f"{path}: {counted_noun(len(entries), 'finding')}, {len(entries) - kept} new"
    if removed := len(before or ()) - kept:
        text += f", {removed} removed"
    show(text)
    prints = {finding.fingerprint for finding in recorded}
    left = [finding for finding in standing if finding.fingerprint not in prints]
    if left and not prune:
        _show_left(left, source)


def _show_left(left: list[Finding], source: Source) -> None:
    """Print the new findings that are not recorded. Raises SystemExit."""
    result = CheckResult(tuple(left), ())
    click.echo(render_findings("text", result, source.base_for("text")), nl=False)
    show(
        f"{counted_noun(len(left), 'new finding')} not recorded: correct them, or name them with "
        "--rule, --document or --owner, or all with --all",
        err=True,
    )
    if has_failures(left):
        raise SystemExit(1)


def _refuse_unknown(rules: tuple[str, ...]) -> None:
    for name in rules:
        if name not in RULES_BY_NAME:
            raise Failure(f'no rule "{name}"{did_you_mean(name, RULES_BY_NAME)}')


def _read_baseline(path: Path) -> Baseline | None:
    """Return the baseline; None without one. Raises Failure."""
    try:
        return BASELINE_FORMAT.load_if_present(path)
    except UnreadableError as error:
        # writing over it would lose the dates of all known findings
        raise Failure(f'"{path}" cannot be read: {error}; remove it to start anew') from None


def _standing(findings: Iterable[Finding]) -> Iterator[Finding]:
    for finding in findings:
        # findings of baseline_stale are about the baseline itself
        if not finding.suppressed and finding.rule != baseline_stale.name:
            yield finding
