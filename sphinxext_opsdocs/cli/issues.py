"""``opsdocs issues``: asks trackers for the issues that documents name, and raises new ones."""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sphinxext_opsdocs.cli._source import (
    Failure,
    day_of,
    day_option,
    read_source,
    source_arguments,
    source_options,
)
from sphinxext_opsdocs.cli.deviations import deviation_of, run_edit, set_option
from sphinxext_opsdocs.config.schema import ISSUES_FILE, Config
from sphinxext_opsdocs.edits.directive import EditError, SourceText
from sphinxext_opsdocs.edits.resolve_deviation import observed_text
from sphinxext_opsdocs.findings.finding import counted_noun, printable
from sphinxext_opsdocs.graph.graph import DeviationNode, TraceabilityGraph
from sphinxext_opsdocs.issues.reference import address_of, id_of
from sphinxext_opsdocs.issues.snapshot import (
    FOUND,
    GONE,
    MOVED,
    NO_ACCESS,
    SnapshotError,
    dump_snapshot,
    load_snapshot,
)
from sphinxext_opsdocs.reports.issue_draft import IssueDraft, issue_draft, lacking_domains
from sphinxext_opsdocs.storage import replace_file

if TYPE_CHECKING:
    from sphinxext_opsdocs.network.trackers.refresh import Answered

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
    from sphinxext_opsdocs.network.trackers.refresh import refresh as ask_trackers

    found = read_source(source, confdir, define, jobs)
    path = found.confdir / ISSUES_FILE
    try:
        known = load_snapshot(path) or {}
    except SnapshotError as error:
        raise Failure(f'"{path}" {error}; remove it to start anew') from None
    wanted = _wanted(found.graph)
    now, on = datetime.now(UTC), day_of(day)
    stamp = f"{on}T{now:%H:%M:%S}Z" if on == now.date() else f"{on}T00:00:00Z"
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
    if create:

        def work(app: Any, ops: Any) -> str:
            return _raise(app, ops, deviation, domain)

        click.echo(run_edit(source, confdir, define, jobs, work))
        return
    found = read_source(source, confdir, define, jobs)
    node = deviation_of(found.graph, deviation)
    made = _draft(found.graph, node, domain, found.srcdir)
    click.echo(f"{made.title}\n\n{made.body}", nl=False)


def _raise(app: Any, ops: Any, deviation: str, domain: str) -> str:
    """Raise the issue of a deviation and write its id; what was done. Raises Failure, EditError."""
    graph: TraceabilityGraph = ops.graph
    node = deviation_of(graph, deviation)
    lacking = lacking_domains(graph, node)
    if domain not in lacking if domain else not lacking:
        raise Failure("the deviation has an issue there already, or no section of a known domain")
    made = _draft(graph, node, domain, Path(app.srcdir))
    _refuse_unfit(graph.config, made)

    def write(number: str, keeps: bool) -> str:
        named = (*(issue.text for issue in node.deviation.issues), number)
        text = ", ".join(named)
        set_option(app, ops, node, "issue", text, {"issues": named}, keeps)
        return text

    write(id_of(graph.config, made.tracker, "1"), keeps=False)  # before anything is raised
    number, url = _created(graph.config, made)
    place = node.deviation.place
    try:
        text = write(number, keeps=True)
    except EditError as error:
        raise Failure(f"raised {number} {url}, which is not written down: {error}") from None
    return f"raised {number}{f', {url}' if url else ''}\n{place.path}:{place.line}: issue: {text}"


def _draft(graph: TraceabilityGraph, node: DeviationNode, domain: str, srcdir: Path) -> IssueDraft:
    place = node.deviation.place
    try:
        text = SourceText.read(srcdir / place.path)
        observed = observed_text(text, place, graph.documents[node.docname])
    except EditError as error:
        raise Failure(str(error)) from None
    known = [spec.domain for spec in node.specs if spec.domain]
    if not known:
        raise Failure("the deviation names no specification section of a known spec domain")
    if domain and domain not in known:
        raise Failure(f'the deviation is over {", ".join(known)}, not over "{domain}"')
    chosen = domain or (lacking_domains(graph, node) or known)[0]
    return issue_draft(graph, node, chosen, observed)


def _refuse_unfit(config: Config, made: IssueDraft) -> None:
    """Raise Failure for what cannot be raised, or not be named afterwards."""
    from sphinxext_opsdocs.network.trackers import CLIENTS

    if not made.tracker:
        raise Failure(f'spec domain "{made.domain}" names no tracker to raise it in')
    kind = config.trackers[made.tracker].kind
    if kind not in CLIENTS:
        raise Failure(f'tracker "{made.tracker}" is of kind {kind}: raise it by hand')
    if not id_of(config, made.tracker, "1"):
        raise Failure(
            f'no id of tracker "{made.tracker}" can be made of a number: give it a plain pattern '
            "or a url"
        )


def _created(config: Config, made: IssueDraft) -> tuple[str, str]:
    """The id and address of the new issue. Raises Failure."""
    from sphinxext_opsdocs.network.trackers import client_of
    from sphinxext_opsdocs.network.trackers.requester import TrackerError

    try:
        ref = client_of(config, made.tracker).create(made.title, made.body)
    except TrackerError as error:
        raise Failure(printable(f'tracker "{made.tracker}": {error}')) from None
    address = address_of(config.trackers[made.tracker], ref)
    return id_of(config, made.tracker, ref) or address or ref, address
