"""``opsdocs deviations new``: records a deviation on a page."""

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
from sphinxext_opsdocs.edits.add_directive import (
    NewDirective,
    add_directive,
    section_titled,
)
from sphinxext_opsdocs.edits.deviation_ids import next_id
from sphinxext_opsdocs.edits.source_text import SourceText
from sphinxext_opsdocs.facts.model import DocumentFacts
from sphinxext_opsdocs.facts.placeholders import TODO

__all__ = ["new"]


@click.command(
    epilog='Example: opsdocs deviations new ops/drain-node "Clients get 503 while a node is '
    'drained" --spec api:rate-limits --issue API-1234'
)
@click.argument("page")
@click.argument("title")
@click.option("--spec", "specs", multiple=True, metavar="TARGET", help="Specified section.")
@click.option("--issue", "issues", multiple=True, help="Issue that was raised with its owner.")
@click.option("--severity", default="", help="[default: the lowest]")
@click.option("--observed", metavar="YYYY-MM-DD", default="", help="[default: today]")
@click.option("--text", default=TODO, help="What was observed.")
@click.option("--section", default="", help="Title of the section.  [default: the last one]")
@click.option("--id", "number", default="", help="[default: the next free one]")
@source_option
@day_option
def new(
    page: str,
    title: str,
    specs: tuple[str, ...],
    issues: tuple[str, ...],
    severity: str,
    observed: str,
    text: str,
    section: str,
    number: str,
    options: SphinxOptions,
    day: str,
) -> None:
    """Record a deviation on a page.

    Writes an open deviation with the next free id into PAGE, a docname or a path. TITLE says what
    was observed. What you do not give here is for you to fill in, and "opsdocs check" reports it.

    The page is first read with the edit; if anything else in it would change, nothing is written.
    """

    def work(app: Any, ops_domain: Any) -> str:
        from sphinxext_opsdocs.ext.edit_trial import edit_new_deviation

        graph = ops_domain.graph
        facts = page_of(graph.documents, page, options.source)
        place = section_titled(facts, section) if section else None
        new_id = number or next_id(graph.deviations_by_id)
        limits = graph.config.deviations.age_limits
        values = {
            "id": new_id,
            "spec": ", ".join(specs),
            "issue": ", ".join(issues),
            "observed": observed or day_of(day).isoformat(),
            "severity": severity or list(limits)[-1],
            "state": "open",
        }
        has_short_names = graph.config.short_names and not ops_domain.taken_names

        directive = NewDirective("observed-deviation", title, values, text)

        def attempt(source: SourceText, before: DocumentFacts) -> list[str]:
            return add_directive(source, before, directive, place, has_short_names)

        edit_new_deviation(app, ops_domain, facts.docname, attempt, new_id)
        return f"{shown_path(options, facts.path)}: {new_id} recorded"

    show(run_edit(options, work))
