"""``opsdocs deviations resolve``: marks a deviation as resolved, and moves it to the history."""

from __future__ import annotations

from typing import Any

import click

from sphinxext_opsdocs.cli._edit import deviation_of, edit_deviation, run_edit, shown_path
from sphinxext_opsdocs.cli._options import (
    Failure,
    SphinxOptions,
    day_of,
    day_option,
    show,
    source_option,
)
from sphinxext_opsdocs.edits.resolve_deviation import resolve_deviation
from sphinxext_opsdocs.edits.source_text import SourceText
from sphinxext_opsdocs.facts.model import DocumentFacts
from sphinxext_opsdocs.facts.records import HISTORY
from sphinxext_opsdocs.graph.groups import workarounds_by_deviation

__all__ = ["resolve"]


@click.command(epilog="Example: opsdocs deviations resolve DEV-0007")
@click.argument("deviation")
@click.option("--in-place", is_flag=True, help="Do not move it.")
@source_option
@day_option
def resolve(deviation: str, in_place: bool, options: SphinxOptions, day: str) -> None:
    """Mark a deviation as resolved.

    Sets state and date of DEVIATION, an id such as DEV-0007, moves it to the section "Resolved
    deviations" at the end of its page, and removes the workarounds inside it; those elsewhere
    are listed. A deviation in an included file, or inside another block, stays where it is.

    The page is first read with the edit; if anything else in it would change, nothing is written.
    """

    def work(app: Any, ops_domain: Any) -> str:
        node = deviation_of(ops_domain.graph, deviation)
        if node.deviation.state == "resolved":
            raise Failure(f'deviation "{deviation}" is already resolved')
        place, date = node.deviation.place, day_of(day).isoformat()

        def to_history(text: SourceText, facts: DocumentFacts) -> list[str]:
            return resolve_deviation(text, place, date, facts, into_history=True)

        def where_it_is(text: SourceText, facts: DocumentFacts) -> list[str]:
            return resolve_deviation(text, place, date, facts, into_history=False)

        # a deviation that cannot be moved safely is resolved where it is
        attempts = [to_history, where_it_is]
        if in_place or place.path != ops_domain.documents[node.docname].path:
            attempts.remove(to_history)
        expected = {"state": "resolved", "resolved": date}
        sound = attempts[edit_deviation(app, ops_domain, node, attempts, expected)]
        outcome = "left where it is"
        if sound is to_history:
            outcome = f'moved to "{HISTORY}"'
        lines = [f"{shown_path(options, place.path)}: {deviation} resolved on {date}, {outcome}"]
        others = workarounds_by_deviation(ops_domain.documents.values()).get(deviation, ())
        for left in sorted({each.place for _, each in others if not each.is_nested}):
            shown = shown_path(options, left.path)
            lines.append(f"{shown}:{left.line}: a workaround for it is left; remove it")
        return "\n".join(lines)

    show(run_edit(options, work))
