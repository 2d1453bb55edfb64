"""``opsdocs metrics``: the figures of the dashboard for monitoring, and over commits."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import click
import msgspec

from sphinxext_opsdocs.cli._options import (
    Failure,
    SphinxOptions,
    day_of,
    day_option,
    output_option,
    show,
    source_option,
)
from sphinxext_opsdocs.cli._source import read_source, run_sphinx
from sphinxext_opsdocs.cli._writing import update_file, write_report, write_result
from sphinxext_opsdocs.config.schema import METRICS_FILE
from sphinxext_opsdocs.reports.badge import badge_svg
from sphinxext_opsdocs.reports.figures import Figures, find_figures, open_metrics
from sphinxext_opsdocs.rules.engine.check import check as run_check

__all__ = ["metrics"]


@click.group(invoke_without_command=True, epilog="Example: opsdocs metrics --badge -o badge.svg")
@source_option
@day_option
@output_option
@click.option(
    "--badge", is_flag=True, help="Print a picture (SVG) of findings and open deviations."
)
@click.pass_context
def metrics(
    context: click.Context, options: SphinxOptions, day: str, output: Path | None, badge: bool
) -> None:
    """Print figures for monitoring.

    They are those of the dashboard, as OpenMetrics text that Prometheus reads.
    """
    if context.invoked_subcommand:
        return
    figures = _figures(options, day)
    write_report(badge_svg(figures) if badge else open_metrics(figures), output)


@metrics.command(epilog="Example: opsdocs metrics record")
@source_option
@day_option
def record(options: SphinxOptions, day: str) -> None:
    """Keep the figures of this commit.

    Adds a line to opsdocs-metrics.jsonl beside conf.py. Run it in the pipeline of the main branch
    alone, and commit the file: then branches never conflict. A commit that is there already is
    measured anew.
    """
    commit = _commit(options)
    figures = _figures(options, day)
    row = {"commit": commit, "date": day_of(day).isoformat(), **msgspec.to_builtins(figures)}
    path = options.confdir / METRICS_FILE
    with update_file(path):
        lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
        kept = [line for line in lines if line and f'"commit":"{commit}"' not in line]
        text = "".join(f"{line}\n" for line in (*kept, msgspec.json.encode(row).decode()))
        write_result(path, text.encode())
    show(f"{METRICS_FILE}: {commit[:12]} recorded, {len(kept) + 1} in all")


def _figures(options: SphinxOptions, day: str) -> Figures:
    """Raises Failure."""
    if options.source.is_file():
        source = read_source(options)
        result = run_check(source.graph, day_of(day), source.owners)
        return find_figures(source.graph, result, day_of(day))

    def check_documents(app: Any, ops_domain: Any) -> Figures:
        from sphinxext_opsdocs.ext.checking import result_of

        result = result_of(app, ops_domain, day_of(day))
        return find_figures(ops_domain.graph, result, day_of(day))

    return run_sphinx(options, check_documents, has_cache=True)


def _commit(options: SphinxOptions) -> str:
    """The commit that is checked out. Raises Failure, also for files that differ from it."""
    folder = options.source if options.source.is_dir() else options.source.parent

    def git(*words: str) -> str:
        command = ["git", *words]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode:
            raise Failure(f'"{folder}" is in no git repository with a commit')
        return done.stdout.strip()

    commit = git("rev-parse", "HEAD")
    changed = git("diff", "--name-only", "HEAD", "--").splitlines()
    others = [name for name in changed if Path(name).name != METRICS_FILE]
    if others:
        raise Failure(f"{others[0]} differs from the commit that is checked out; commit it first")
    return commit
