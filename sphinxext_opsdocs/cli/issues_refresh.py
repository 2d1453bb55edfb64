"""``opsdocs issues refresh``: gets the states of issues from their trackers."""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

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
from sphinxext_opsdocs.config.schema import ISSUES_FILE
from sphinxext_opsdocs.findings.finding import counted_noun
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.issues.reference import Issue, resolve_issue
from sphinxext_opsdocs.issues.snapshot import (
    OUTCOMES,
    SNAPSHOT_FORMAT,
    Snapshot,
    dump_snapshot,
    merge_snapshots,
)
from sphinxext_opsdocs.reports.progress import ProgressLine
from sphinxext_opsdocs.storage import UnreadableError

if TYPE_CHECKING:
    from sphinxext_opsdocs.network.trackers.refresh import TrackerResult

__all__ = ["refresh"]

FAILURES_SHOWN = 3
"""Failures of one tracker that its line of the summary names."""


@click.command(epilog="Example: opsdocs issues refresh")
@source_argument
@day_option
def refresh(options: SphinxOptions, day: str) -> None:
    """Get the states of the issues of documents.

    Those are the issues of deviations and of verifications. Writes opsdocs-issues.json beside
    conf.py: commit it. Builds and checks read that file and open no connection. SOURCE is the
    folder of conf.py, or a facts file (opsdocs.json).

    If a tracker gives no answer for an issue, its last known state stays, and the exit status is 2.

    Tokens come from the environment: GH_TOKEN or GITHUB_TOKEN (GH_ENTERPRISE_TOKEN for GitHub
    Enterprise Server), GITLAB_TOKEN, JIRA_API_TOKEN with JIRA_EMAIL, GITEA_TOKEN, REDMINE_API_KEY,
    ROUNDUP_TOKEN, or the variable that a tracker in opsdocs.toml names as its token.
    """
    from sphinxext_opsdocs.network.trackers.refresh import refresh as ask_trackers

    source = read_source(options)
    path = source.confdir / ISSUES_FILE
    before = _read_snapshot(path)
    refs = _refs_by_tracker(source.graph)
    if source.graph.slow_patterns:
        problems = "; ".join(problem.message for problem in source.graph.slow_patterns)
        raise Failure(f"the issues are not all known: {problems}")
    total = sum(map(len, refs.values()))
    progress = ProgressLine(sys.stderr)
    progress.start("asking for issues", total)
    config, now = source.graph.config, _timestamp(day)
    try:
        snapshot, answers = ask_trackers(config, refs, before, now, progress.advance)
    finally:
        progress.finish()
    # no file for a project without issues
    if snapshot or before:
        with update_file(path):
            # while the trackers were asked, another refresh may have written its states
            snapshot = merge_snapshots(before, snapshot, _read_snapshot(path))
            write_result(path, dump_snapshot(snapshot))
    for answer in answers:
        show(_summary(answer))
    if not total:
        show("no document names an issue of a tracker that can be asked", err=True)
    if not all(answer.is_complete for answer in answers):
        raise SystemExit(2)


def _read_snapshot(path: Path) -> Snapshot:
    """Raises Failure."""
    try:
        return SNAPSHOT_FORMAT.load_if_present(path) or {}
    except UnreadableError as error:
        raise Failure(f'"{path}" {error}; remove it to start anew') from None


def _timestamp(day: str) -> str:
    """The time of the answers, ISO 8601 in UTC: now, or the start of another day."""
    # on another day than today, the time of the clock would be made up
    now, date = datetime.now(UTC), day_of(day)
    if date == now.date():
        return f"{date}T{now:%H:%M:%S}Z"
    return f"{date}T00:00:00Z"


def _refs_by_tracker(graph: TraceabilityGraph) -> dict[str, set[str]]:
    """The ids of the issues that deviations and verifications name, by tracker."""
    trackers = graph.config.trackers
    refs: dict[str, set[str]] = defaultdict(set)
    for issue in _issues(graph):
        if issue.ref and issue.tracker and trackers[issue.tracker].kind != "generic":
            refs[issue.tracker].add(issue.ref)
    return refs


def _issues(graph: TraceabilityGraph) -> Iterator[Issue]:
    for node in graph.deviations:
        yield from node.issues
    for facts in graph.documents.values():
        for verification in facts.verifications:
            yield from (resolve_issue(graph.config, each.text) for each in verification.issues)


def _summary(answer: TrackerResult) -> str:
    outcomes = ", ".join(_outcomes(answer))
    text = f"{answer.tracker}: {counted_noun(answer.requested, 'issue')}: {outcomes}"
    faults = list(answer.failures[:FAILURES_SHOWN])
    if answer.stop_reason:
        faults.append(f"stopped: {answer.stop_reason}")
    return "; ".join([text, *faults])


def _outcomes(answer: TrackerResult) -> Iterator[str]:
    counts = Counter(state.outcome for state in answer.states.values())
    for outcome in OUTCOMES:
        if counts[outcome]:
            yield f"{counts[outcome]} {outcome}"
    if unanswered := answer.requested - len(answer.states):
        yield f"{unanswered} not answered, state kept"
