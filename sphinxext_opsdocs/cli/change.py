"""``opsdocs change``: a new version of a page, and the entry that says what changed and why."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from sphinxext_opsdocs.cli._source import Failure, day_of, day_option, page_of, source_options
from sphinxext_opsdocs.cli.deviations import run_edit
from sphinxext_opsdocs.edits.bump_version import changed_lines, next_version
from sphinxext_opsdocs.edits.directive import SourceText
from sphinxext_opsdocs.facts.model import TODO, Change, DocumentFacts, Place

__all__ = ["change"]

NOWHERE = Place("", 0)


@click.command()
@click.argument("page")
@click.option("--version", "wanted", default="", help="Its version.  [default: one higher]")
@click.option("--why", default=TODO, help="Why the page changes.")
@click.option("--what", default=TODO, help="What changes.")
@click.option("--reviewed", is_flag=True, help="You have read it: set last-reviewed to today.")
@source_options
@day_option
def change(
    page: str,
    wanted: str,
    why: str,
    what: str,
    reviewed: bool,
    source: Path,
    confdir: Path | None,
    define: tuple[str, ...],
    jobs: str,
    day: str,
) -> None:
    """Give PAGE its next version, and start the entry of its change history.

    What is not said is TODO, which a review reports. Nothing else of the file changes: the page is
    read again, and an edit that would change more is undone.
    """
    why, what = " ".join(why.split()), " ".join(what.split())

    def work(app: Any, domain: Any) -> str:
        from sphinxext_opsdocs.ext.edit_trial import edit_version

        facts: DocumentFacts = page_of(domain.graph.documents, page, source)
        if not facts.header:
            raise Failure(f'"{facts.docname}" has no header, and so no version: give it one')
        for entry in facts.changes:
            if entry.version == facts.header.version and not entry.is_said:
                place = f"{entry.place.path}:{entry.place.line}"
                raise Failure(f"version {entry.version} is not explained yet: fill in {place}")
        version = wanted or next_version(facts.header.version)
        if version in (facts.header.version, *(entry.version for entry in facts.changes)):
            raise Failure(f'"{facts.docname}" has been version {version} already')
        made = Change(version, NOWHERE, day_of(day).isoformat(), why, what)

        def attempt(text: SourceText, before: DocumentFacts) -> list[str]:
            return changed_lines(text, before, made, reviewed)

        edit_version(app, domain, facts.docname, attempt, made)
        return f"{facts.path}: version {facts.header.version or 'none'} → {version}"

    click.echo(run_edit(source, confdir, define, jobs, work))
