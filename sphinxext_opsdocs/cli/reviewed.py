"""``opsdocs reviewed``: notes that somebody has read a page."""

from __future__ import annotations

from typing import Any

import click

from sphinxext_opsdocs.cli._edit import run_edit, shown_path
from sphinxext_opsdocs.cli._options import (
    SphinxOptions,
    day_of,
    day_option,
    show,
    source_option,
)
from sphinxext_opsdocs.cli._source import page_of
from sphinxext_opsdocs.edits.header import put_fields
from sphinxext_opsdocs.edits.source_text import SourceText
from sphinxext_opsdocs.facts.model import DocumentFacts

__all__ = ["reviewed"]

FIELD = "last-reviewed"


@click.command(epilog="Example: opsdocs reviewed ops/drain-node")
@click.argument("page")
@source_option
@day_option
def reviewed(page: str, options: SphinxOptions, day: str) -> None:
    """Note that you have read a page.

    Sets last-reviewed in the header of PAGE to today, and changes nothing else. PAGE is a docname
    or a path. If you have changed the page too, "opsdocs change --reviewed" does both.
    """

    def work(app: Any, ops_domain: Any) -> str:
        from sphinxext_opsdocs.ext.edit_trial import edit_header

        facts = page_of(ops_domain.graph.documents, page, options.source)
        today = day_of(day).isoformat()

        def attempt(text: SourceText, before: DocumentFacts) -> list[str]:
            is_myst, settings = text.path.suffix == ".md", ops_domain.config.header
            return put_fields(text.lines, before, {FIELD: today}, settings, is_myst)

        old = facts.header.last_reviewed if facts.header else ""
        edit_header(app, ops_domain, facts.docname, attempt, {"last_reviewed": today})
        return f"{shown_path(options, facts.path)}: last reviewed {old or 'never'} → {today}"

    show(run_edit(options, work))
