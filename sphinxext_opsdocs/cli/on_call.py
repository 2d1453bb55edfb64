"""``opsdocs on-call``: what to open for an alert."""

from __future__ import annotations

from collections.abc import Iterator

import click

from sphinxext_opsdocs.cli._options import (
    Failure,
    SphinxOptions,
    day_of,
    day_option,
    show,
    source_option,
)
from sphinxext_opsdocs.cli._source import Source, read_source
from sphinxext_opsdocs.config.did_you_mean import did_you_mean
from sphinxext_opsdocs.facts.model import Deviation, Verification
from sphinxext_opsdocs.findings.finding import join_path
from sphinxext_opsdocs.graph.nodes import GovernedDocument
from sphinxext_opsdocs.graph.on_call import find_alert_pages
from sphinxext_opsdocs.reports.on_call import OnCallEntry

__all__ = ["on_call"]


@click.command("on-call", epilog="Example: opsdocs on-call OrdersStuck")
@click.argument("alert", metavar="ALERT")
@source_option
@day_option
def on_call(alert: str, options: SphinxOptions, day: str) -> None:
    """Print which page to open for ALERT.

    Also prints what is known to be off there. ALERT is the name of an alert, in any letter case, or
    a part of it. Pages are shown with their address if conf.py has html_baseurl, and else with
    their file.
    """
    # an unreadable page must not keep anybody from the others
    source = read_source(options, is_partial=True)
    for problem in source.graph.inputs.problems:
        show(f"{problem.place.path}: {problem.message}", err=True)
    today = day_of(day)
    every = [OnCallEntry(source.graph, each, today) for each in find_alert_pages(source.graph)]
    entries = [entry for entry in every if entry.alert]
    wanted = alert.casefold()
    found = [entry for entry in entries if entry.alert.casefold() == wanted]
    found = found or [entry for entry in entries if wanted in entry.alert.casefold()]
    if not found:
        names = [entry.alert for entry in entries]
        raise Failure(
            f'no page and no rule file has an alert "{alert}"{did_you_mean(alert, names)}'
        )
    show("\n\n".join("\n".join(_lines(entry, source)) for entry in found))


def _lines(entry: OnCallEntry, source: Source) -> Iterator[str]:
    services = f" ({', '.join(entry.pages.services)})" if entry.pages.services else ""
    yield f"{entry.alert}{services}"
    for target in entry.targets:
        document = target.document
        yield f"  open  {document.facts.title or document.facts.docname}"
        yield f"        {entry.address(target) or _file(document, source)}"
        yield f"        {'; '.join(filter(None, _about(entry, document)))}"
    if entry.pages.elsewhere:
        yield f"  open  {entry.pages.elsewhere}"
    if not (entry.targets or entry.pages.elsewhere):
        yield "  open  no page of this project is for it"
    off = [*map(_failure, entry.failures), *map(_deviation, entry.deviations)]
    for text in off or (["nothing known"] if entry.targets else []):
        yield f"  off   {text}"


def _file(document: GovernedDocument, source: Source) -> str:
    return join_path(source.shown_base, document.facts.path)


def _about(entry: OnCallEntry, document: GovernedDocument) -> Iterator[str]:
    header = document.header
    yield header.status
    yield f"reviewed {header.last_reviewed}" if header.last_reviewed else "never reviewed"
    yield ", ".join((entry.graph.config.owner_name(*header.owners), *entry.contacts(document)))


def _failure(record: Verification) -> str:
    what = "drill" if record.kind == "drill" else "use"
    return f"last {what} of the page on {record.date}: {record.result}"


def _deviation(deviation: Deviation) -> str:
    words = (deviation.id, deviation.severity and f"({deviation.severity})", deviation.title)
    return " ".join(filter(None, words))
