"""``opsdocs issues``: asks trackers for the issues that documents name, and raises new ones."""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sphinxext_opsdocs.cli.deviations import deviation_of, write_options
from sphinxext_opsdocs.cli.source import (
    Failure,
    Source,
    day_of,
    day_option,
    read_source,
    source_arguments,
    source_options,
)
from sphinxext_opsdocs.config import ISSUES_FILE
from sphinxext_opsdocs.findings import counted_noun, printable
from sphinxext_opsdocs.graph import TraceabilityGraph
from sphinxext_opsdocs.issue_draft import IssueDraft, issue_draft, lacking_domains
from sphinxext_opsdocs.issue_snapshot import (
    FOUND,
    GONE,
    MOVED,
    NO_ACCESS,
    SnapshotError,
    dump_snapshot,
    load_snapshot,
)
from sphinxext_opsdocs.issues import id_of
from sphinxext_opsdocs.resolve_edit import observed_text
from sphinxext_opsdocs.source_edit import EditError, SourceText, find_directive
from sphinxext_opsdocs.storage import replace_file

if TYPE_CHECKING:
    from sphinxext_opsdocs.trackers.refresh import Answered

__all__ = ["issues"]


@click.group()
def issues() -> None:
    """Ask issue trackers, and raise issues with the owners of specifications."""


@issues.command()
@source_arguments
@day_option
def refresh(
    source: Path, confdir: Path | None, define: tuple[str, ...], jobs: str, day: str
) -> None:
    """Ask the trackers for every issue that a deviation of SOURCE names.

    Writes opsdocs-issues.json beside conf.py: commit it; builds and checks read it and open no
    connection. What a tracker does not tell stays as it is known, and makes the exit status 2.

    Tokens come from the environment: GH_TOKEN or GITHUB_TOKEN (GH_ENTERPRISE_TOKEN for a server of
    your own), GITLAB_TOKEN, JIRA_API_TOKEN with JIRA_EMAIL, GITEA_TOKEN, REDMINE_API_KEY,
    ROUNDUP_TOKEN, or the variable that a tracker's token key names.
    """
    from sphinxext_opsdocs.trackers.refresh import refresh as ask_trackers

    found = read_source(source, confdir, define, jobs)
    path = found.confdir / ISSUES_FILE
    try:
        known = load_snapshot(path) or {}
    except SnapshotError as error:
        raise Failure(f'"{path}" {error}; remove it to start anew') from None
    wanted = _wanted(found.graph)
    now = datetime.now(UTC)
    stamp = f"{day_of(day).isoformat()}T{now:%H:%M:%S}Z" if day else f"{now:%Y-%m-%dT%H:%M:%SZ}"
    total = sum(map(len, wanted.values()))
    with click.progressbar(
        length=total, label=f"asking for {total} issues", file=sys.stderr
    ) as bar:
        snapshot, answers = ask_trackers(found.graph.config, wanted, known, stamp, bar.update)
    try:
        if snapshot or known:
            replace_file(path, dump_snapshot(snapshot))
    except OSError as error:
        raise Failure(f'cannot write "{path}": {error.strerror}') from None
    for answer in answers:
        click.echo(printable(_summary(answer)))
    if not total:
        click.echo("no deviation names an issue of a tracker that can be asked", err=True)
    raise SystemExit(0 if all(answer.is_complete for answer in answers) else 2)


def _wanted(graph: TraceabilityGraph) -> dict[str, set[str]]:
    """The ids of the named issues, by tracker."""
    trackers = graph.config.trackers
    wanted: dict[str, set[str]] = defaultdict(set)
    for node in graph.deviations:
        for issue in node.issues:
            if issue.ref and issue.tracker and trackers[issue.tracker].kind != "generic":
                wanted[issue.tracker].add(issue.ref)
    return wanted


def _summary(answer: Answered) -> str:
    outcomes = Counter(state.outcome for state in answer.states.values())
    parts = [
        f"{outcomes[name]} {name}" for name in (FOUND, MOVED, GONE, NO_ACCESS) if outcomes[name]
    ]
    kept = answer.asked - len(answer.states)
    if kept:
        parts.append(f"{kept} not told, left as known")
    text = f"{answer.tracker}: {counted_noun(answer.asked, 'issue')}: {', '.join(parts)}"
    faults = [*answer.failures[:3], *([f"stopped: {answer.stopped}"] if answer.stopped else [])]
    return "; ".join([text, *faults])


@issues.command()
@click.argument("deviation")
@click.option("--domain", default="", help="Spec domain to raise it with, where there are several.")
@click.option("--create", is_flag=True, help="Raise it, and write its id into the document.")
@source_options
def draft(
    deviation: str,
    domain: str,
    create: bool,
    source: Path,
    confdir: Path | None,
    define: tuple[str, ...],
    jobs: str,
) -> None:
    """Print the issue to raise for DEVIATION with the owner of its specification."""
    found = read_source(source, confdir, define, jobs)
    node = deviation_of(found.graph, deviation)
    place = node.deviation.place
    try:
        text = SourceText.read(found.srcdir / place.path)
        block = find_directive(text, place.line, "observed-deviation")
    except EditError as error:
        raise Failure(str(error)) from None
    lacking = lacking_domains(found.graph, node)
    chosen = _chosen(domain, lacking, [spec.domain for spec in node.specs], create)
    made = issue_draft(found.graph, node, chosen, observed_text(text, block))
    if not create:
        click.echo(f"{made.title}\n\n{made.body}", nl=False)
        return
    number, url = _created(found, made)
    named = ", ".join([*(issue.text for issue in node.deviation.issues), number])
    click.echo(f"raised {number}{f', {url}' if url else ''}")
    write_options(found, node, {"issue": named})


def _chosen(domain: str, lacking: Sequence[str], all_of: Iterable[str], create: bool) -> str:
    known = [key for key in dict.fromkeys(all_of) if key]
    if not known:
        raise Failure("the deviation names no specification section of a known spec domain")
    if domain and domain not in known:
        raise Failure(f'the deviation is over {", ".join(known)}, not over "{domain}"')
    if create and (domain or known[0]) not in lacking and not (lacking and not domain):
        raise Failure("the deviation has an issue there already")
    return domain or (lacking or known)[0]


def _created(found: Source, made: IssueDraft) -> tuple[str, str]:
    """The id and address of the new issue. Raises Failure."""
    from sphinxext_opsdocs.issues import address_of
    from sphinxext_opsdocs.trackers import CLIENTS
    from sphinxext_opsdocs.trackers.requester import TrackerError

    config = found.graph.config
    if not made.tracker:
        raise Failure(f'spec domain "{made.domain}" names no tracker to raise it in')
    tracker = config.trackers[made.tracker]
    if tracker.kind not in CLIENTS:
        raise Failure(f'tracker "{made.tracker}" is of kind {tracker.kind}: raise it by hand')
    try:
        ref = CLIENTS[tracker.kind](tracker, config.issues).create(made.title, made.body)
    except TrackerError as error:
        raise Failure(printable(f'tracker "{made.tracker}": {error}')) from None
    return id_of(tracker, ref), address_of(tracker, ref)
