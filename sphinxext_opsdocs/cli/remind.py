"""``opsdocs remind``: one issue for each owner, with what is due."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

import click
from msgspec.structs import replace

from sphinxext_opsdocs.cli._options import (
    Failure,
    SphinxOptions,
    day_of,
    day_option,
    format_option,
    show,
    source_argument,
)
from sphinxext_opsdocs.cli._source import read_source
from sphinxext_opsdocs.findings.finding import counted_noun, printable
from sphinxext_opsdocs.graph.due import DueItem, find_due
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.issues.reference import format_issue_address
from sphinxext_opsdocs.reports.reminder import (
    NOTHING,
    Reminder,
    make_reminder,
    reminded_owners,
    render_digest,
)

if TYPE_CHECKING:
    from sphinxext_opsdocs.network.trackers.keeping import IssueKeeper, KeptIssue

__all__ = ["remind"]

ISSUES, MARKDOWN = "issues", "markdown"


@click.command(epilog="Example: opsdocs remind --format markdown")
@source_argument
@day_option
@format_option([ISSUES, MARKDOWN], ISSUES, "Issues in the tracker, or a digest on standard output.")
def remind(options: SphinxOptions, day: str, format_name: str) -> None:
    """Remind owners of what is due.

    Keeps one issue for each owner in the tracker that remind.tracker names: with reviews, drills,
    deviations and removals that are overdue or due within remind.within days. The issue is found
    again by a mark in its text. It is closed when nothing is due, unless somebody has written into
    the text; where something is due again, it is opened again.

    With --format markdown nothing is written anywhere: try that first. Tokens come from the same
    environment variables as those of "opsdocs issues refresh". Run it from one place, such as a
    nightly pipeline: two runs at once could create an issue twice.
    """
    # an issue would be closed although a page that cannot be read has something due
    source = read_source(options, is_partial=format_name == MARKDOWN)
    for problem in source.graph.inputs.problems:
        show(f"{problem.place.path}: {problem.message}", err=True)
    graph, today = source.graph, day_of(day)
    items = find_due(graph, today, graph.config.remind.within)
    if format_name == MARKDOWN:
        click.echo(render_digest(graph, items, today), nl=False)
        return
    has_lines = False
    for line in _keep_issues(graph, items, today):
        show(line)
        has_lines = True
    if not has_lines:
        show(NOTHING, err=True)


def _keep_issues(graph: TraceabilityGraph, items: Sequence[DueItem], today: date) -> Iterator[str]:
    """Bring every issue up to date; yield a line for each. Raises Failure."""
    from sphinxext_opsdocs.network.trackers.requester import TrackerError

    keeper = _keeper(graph)
    key = graph.config.remind.tracker
    try:
        kept = keeper.find_kept()
        for owner in _owners(graph, items, kept):
            own = [item for item in items if owner in item.owners]
            reminder = make_reminder(graph, graph.inputs.project, owner, own, today)
            outcome, ref = _keep(keeper, kept, reminder)
            if outcome:
                address = format_issue_address(
                    graph.config.trackers[key], ref, graph.config.patterns
                )
                where = address or f'issue {ref} of tracker "{key}"'
                yield f"{owner}: {counted_noun(len(own), 'item')} due; {outcome} {where}"
    except TrackerError as error:
        # the text comes from a server, and goes to a terminal
        raise Failure(printable(f'tracker "{key}": {error}')) from None
    for docname in sorted({item.docname for item in items if not item.owners}):
        yield f"{docname}: has no owner, so nobody is reminded; set owner in its header"


def _keeper(graph: TraceabilityGraph) -> IssueKeeper:
    """The client of the configured tracker. Raises Failure."""
    from sphinxext_opsdocs.network.trackers import CLIENTS, make_client
    from sphinxext_opsdocs.network.trackers.keeping import IssueKeeper
    from sphinxext_opsdocs.network.trackers.requester import TrackerError

    key = graph.config.remind.tracker
    if not key:
        raise Failure("remind.tracker is not set; set it, or print a digest with --format markdown")
    tracker = graph.config.trackers[key]
    kinds = [kind for kind, client in CLIENTS.items() if issubclass(client, IssueKeeper)]
    if tracker.kind not in kinds:
        raise Failure(
            f'tracker "{key}" is of kind {tracker.kind}; issues can be kept in {", ".join(kinds)}; '
            "print a digest with --format markdown"
        )
    if not tracker.project:
        raise Failure(f'tracker "{key}" has no project to keep issues in; set project')
    try:
        client = make_client(graph.config, key)
    except TrackerError as error:
        raise Failure(printable(f'tracker "{key}": {error}')) from None
    assert isinstance(client, IssueKeeper)
    return client


def _owners(
    graph: TraceabilityGraph, items: Sequence[DueItem], kept: Sequence[KeptIssue]
) -> Sequence[str]:
    """Those with something due, and those whose issue may have to be closed, sorted."""
    project = graph.inputs.project
    return sorted(
        {
            *(owner for item in items for owner in item.owners),
            *(owner for issue in kept for owner in reminded_owners(project, issue.body)),
        }
    )


def _keep(keeper: IssueKeeper, kept: Sequence[KeptIssue], reminder: Reminder) -> tuple[str, str]:
    """Bring the issue of an owner up to date; return what was done, if anything, and its id."""
    # the newest one: a person may have copied the text of an old one
    own = [issue for issue in kept if reminder.is_in(issue.body)]
    issue = max(own, key=lambda each: int(each.ref), default=None)
    if issue is None:
        if not reminder.is_due:
            return "", ""
        return "created", keeper.create_kept(reminder.title, reminder.part)
    if not reminder.is_due and not issue.is_open:
        return "", issue.ref
    is_open = reminder.is_due or not reminder.is_untouched(issue.body)
    wanted = replace(issue, body=reminder.merged_into(issue.body), is_open=is_open)
    if _is_same(issue, wanted):
        return ("unchanged" if reminder.is_due else ""), issue.ref
    keeper.write_kept(wanted)
    if issue.is_open != is_open:
        return ("reopened" if is_open else "closed"), issue.ref
    return "updated", issue.ref


def _is_same(issue: KeptIssue, wanted: KeptIssue) -> bool:
    # trackers may drop white space at the end of a text
    before = issue.body.replace("\r\n", "\n").rstrip()
    return (before, issue.is_open) == (wanted.body.rstrip(), wanted.is_open)
