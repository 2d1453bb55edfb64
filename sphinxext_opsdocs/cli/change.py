"""``opsdocs change``: gives a page a new version, with an entry in its change history."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from sphinxext_opsdocs.cli._edit import run_edit, shown_path
from sphinxext_opsdocs.cli._options import (
    Failure,
    SphinxOptions,
    day_of,
    day_option,
    show,
    source_option,
)
from sphinxext_opsdocs.cli._source import page_of
from sphinxext_opsdocs.config.schema import Config
from sphinxext_opsdocs.edits.bump_version import bump_version, next_version
from sphinxext_opsdocs.edits.header import put_fields
from sphinxext_opsdocs.edits.source_text import SourceText
from sphinxext_opsdocs.facts.model import Change, DocumentFacts, Place
from sphinxext_opsdocs.facts.placeholders import TODO
from sphinxext_opsdocs.review.git import (
    GitError,
    find_main_branch,
    find_merge_base,
    find_repository,
    read_at,
)

__all__ = ["change"]

NOWHERE = Place("", 0)


@click.command(epilog='Example: opsdocs change ops/drain-node --why "eu-2 was added"')
@click.argument("page")
@click.option("--version", "chosen", default="", help="New version.  [default: one higher]")
@click.option("--why", default=TODO, help="Reason for the change.")
@click.option("--what", default=TODO, help="Description of the change.")
@click.option(
    "--reviewed", is_flag=True, help="Also set last-reviewed to today, as you have read the page."
)
@click.option(
    "--base",
    default="",
    help="Revision that the change set starts from.  [default: the main branch]",
)
@source_option
@day_option
def change(
    page: str,
    chosen: str,
    why: str,
    what: str,
    reviewed: bool,
    base: str,
    options: SphinxOptions,
    day: str,
) -> None:
    """Raise the version of a page, with a reason.

    Sets the version in the header of PAGE, and adds an entry to its change history. PAGE is a
    docname or a path. A reason or description that you do not give is written as TODO, which a
    review reports; both may contain inline markup. Where this change set has raised the version
    already, the page gets the entry alone, or stays as it is if that is there too.

    The page is first read with the edit; if anything else in it would change, nothing is written.
    """
    why, what = " ".join(why.split()), " ".join(what.split())

    def work(app: Any, ops_domain: Any) -> str:
        from sphinxext_opsdocs.ext.edit_trial import edit_header, edit_version

        entry_day = day_of(day).isoformat()

        facts = page_of(ops_domain.graph.documents, page, options.source)
        shown = shown_path(options, facts.path)
        config: Config = ops_domain.config
        old = _current_version(facts)
        entries = [entry.version for entry in facts.changes]
        earlier = "" if chosen else _version_before(Path(app.srcdir), facts, config, base)
        if earlier and old in entries:
            is_myst = Path(facts.path).suffix == ".md"

            def note(text: SourceText, before: DocumentFacts) -> list[str]:
                day_of_review = {"last-reviewed": entry_day}
                return put_fields(text.lines, before, day_of_review, config.header, is_myst)

            if reviewed:
                edit_header(app, ops_domain, facts.docname, note, {"last_reviewed": entry_day})
            noted = f"; last-reviewed is {entry_day}" if reviewed else ""
            return (
                f"{shown}: this change set has raised the version already, {earlier} → {old}"
                f"{noted}; describe the further change in its entry"
            )
        version = chosen or (old if earlier else next_version(old))
        if version in entries or (version == old and not earlier):
            raise Failure(f'"{facts.docname}" already had version {version}; choose another')
        entry = Change(version, NOWHERE, entry_day, why, what)
        has_short_names = config.short_names and not ops_domain.taken_names

        def attempt(text: SourceText, before: DocumentFacts) -> list[str]:
            return bump_version(text, before, entry, reviewed, has_short_names, config.header)

        edit_version(app, ops_domain, facts.docname, attempt, entry)
        return f"{shown}: version {earlier or old or 'none'} → {version}"

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


def _version_before(srcdir: Path, facts: DocumentFacts, config: Config, base: str) -> str:
    """The version at the base of the change set, if that is another one; empty if it is not.

    Raises Failure for a base that was given and does not exist.
    """
    from sphinxext_opsdocs.markup.header import header_of_text

    try:
        repository = find_repository(srcdir)
        commit = find_merge_base(repository, base or find_main_branch(repository))
        path = (srcdir.resolve() / facts.path).relative_to(repository.resolve()).as_posix()
    except (GitError, ValueError) as error:
        if base:
            raise Failure(str(error)) from None
        return ""  # no repository, or no main branch: every change stands for itself
    text = read_at(repository, commit, path)
    header = header_of_text(text, path.endswith(".md"), config.header)
    version = header.version if header else ""
    return version if facts.header and version != facts.header.version else ""
