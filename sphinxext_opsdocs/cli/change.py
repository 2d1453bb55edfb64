"""``opsdocs change``: gives a page a new version, with an entry in its change history."""

from __future__ import annotations

from typing import Any

import click

from sphinxext_opsdocs.cli._edit import run_edit
from sphinxext_opsdocs.cli._options import (
    Failure,
    SphinxOptions,
    day_of,
    day_option,
    show,
    source_option,
)
from sphinxext_opsdocs.cli._source import page_of
from sphinxext_opsdocs.edits.bump_version import bump_version, next_version
from sphinxext_opsdocs.edits.source_text import SourceText
from sphinxext_opsdocs.facts.model import Change, DocumentFacts, Place
from sphinxext_opsdocs.facts.placeholders import TODO

__all__ = ["change"]

NOWHERE = Place("", 0)


@click.command()
@click.argument("page")
@click.option("--version", "chosen", default="", help="New version.  [default: one higher]")
@click.option("--why", default=TODO, help="Reason for the change.")
@click.option("--what", default=TODO, help="Description of the change.")
@click.option(
    "--reviewed", is_flag=True, help="Also set last-reviewed to today, as you have read the page."
)
@source_option
@day_option
def change(
    page: str,
    chosen: str,
    why: str,
    what: str,
    reviewed: bool,
    options: SphinxOptions,
    day: str,
) -> None:
    """Raise the version of a page, with a reason.

    Sets the version in the header of PAGE, and adds an entry to its change history. PAGE is a
    docname or a path. A reason or description that you do not give is written as TODO, which a
    review reports.

    The page is first read with the edit; if anything else in it would change, nothing is written.
    """
    why, what = " ".join(why.split()), " ".join(what.split())

    def work(app: Any, ops_domain: Any) -> str:
        from sphinxext_opsdocs.ext.edit_trial import edit_version

        facts = page_of(ops_domain.graph.documents, page, options.source)
        old = _current_version(facts)
        version = chosen or next_version(old)
        if version in (old, *(entry.version for entry in facts.changes)):
            raise Failure(f'"{facts.docname}" already had version {version}; choose another')
        entry = Change(version, NOWHERE, day_of(day).isoformat(), why, what)
        has_short_names = ops_domain.config.short_names and not ops_domain.taken_names

        def attempt(text: SourceText, before: DocumentFacts) -> list[str]:
            return bump_version(text, before, entry, reviewed, has_short_names)

        edit_version(app, ops_domain, facts.docname, attempt, entry)
        return f"{facts.path}: version {old or 'none'} → {version}"

    show(run_edit(options, work))


def _current_version(facts: DocumentFacts) -> str:
    """The version in the header; may be empty. Raises Failure if a new one cannot follow it."""
    if not facts.header:
        raise Failure(f'"{facts.docname}" has no header, so it has no version; add a header')
    version = facts.header.version
    for entry in facts.changes:
        if entry.version == version and not entry.is_explained:
            place = f"{entry.place.path}:{entry.place.line}"
            raise Failure(f"version {version} is not explained yet; fill in {place}")
    return version
