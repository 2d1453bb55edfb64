"""``opsdocs deviations``: edits of deviations in their documents."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from sphinxext_opsdocs.cli._source import (
    Failure,
    day_of,
    day_option,
    run_sphinx,
    source_options,
)
from sphinxext_opsdocs.edits.directive import EditError, SourceText, find_directive, with_options
from sphinxext_opsdocs.edits.resolve_deviation import HISTORY, resolved_lines
from sphinxext_opsdocs.facts.model import DocumentFacts
from sphinxext_opsdocs.graph.graph import DeviationNode, TraceabilityGraph

__all__ = ["deviation_of", "deviations", "run_edit", "set_option"]


@click.group()
def deviations() -> None:
    """Edit observed deviations in their documents."""


@deviations.command()
@click.argument("deviation")
@click.option("--in-place", is_flag=True, help="Leave it where it stands.")
@source_options
@day_option
def resolve(
    deviation: str,
    in_place: bool,
    source: Path,
    confdir: Path | None,
    define: tuple[str, ...],
    jobs: str,
    day: str,
) -> None:
    """Resolve DEVIATION: set its state and date, and take it out of the procedure.

    It is kept as history in a last section of its page, "Resolved deviations", and its workarounds
    go. Nothing else of the file changes: the page is read again, and an edit that would change more
    is undone. One that stands in an included file or in another block stays where it is.
    """

    def work(app: Any, domain: Any) -> str:
        node = deviation_of(domain.graph, deviation)
        if node.deviation.state == "resolved":
            raise Failure(f'deviation "{deviation}" is resolved already')
        place = node.deviation.place
        on = day_of(day).isoformat()
        is_own = place.path == domain.documents[node.docname].path and not in_place

        def moved(text: SourceText, facts: DocumentFacts) -> list[str]:
            return resolved_lines(text, place, on, facts, moves=True)

        def left(text: SourceText, facts: DocumentFacts) -> list[str]:
            return resolved_lines(text, place, on, facts, moves=False)

        attempts = [moved, left] if is_own else [left]
        made = attempts[edited(app, domain, node, attempts, {"state": "resolved", "resolved": on})]
        where = f'moved to "{HISTORY}"' if made is moved else "left where it stands"
        return f"{place.path}: {deviation} resolved on {on}, {where}"

    click.echo(run_edit(source, confdir, define, jobs, work))


@deviations.command()
@click.argument("deviation")
@click.option("--version", "seen_in", default="", help="Version in which it was observed.")
@click.option("--evidence", default="", help="Where that can be looked at, or what was seen.")
@source_options
@day_option
def confirm(
    deviation: str,
    seen_in: str,
    evidence: str,
    source: Path,
    confdir: Path | None,
    define: tuple[str, ...],
    jobs: str,
    day: str,
) -> None:
    """Say that DEVIATION was observed again today: set its last-observed."""
    seen_in, evidence = " ".join(seen_in.split()), " ".join(evidence.split())
    if "," in seen_in:
        raise Failure("--version takes no comma: what follows one is the evidence")

    def work(app: Any, domain: Any) -> str:
        node = deviation_of(domain.graph, deviation)
        if node.deviation.state != "open":
            raise Failure(f'deviation "{deviation}" is {node.deviation.state}: open it first')
        on = day_of(day).isoformat()
        parts = [on, seen_in, evidence]
        while not parts[-1]:
            parts.pop()
        text = ", ".join(parts)
        expected = {"last_observed": on, "seen_in": seen_in, "evidence": evidence}
        set_option(app, domain, node, "last-observed", text, expected)
        place = node.deviation.place
        return f"{place.path}:{place.line}: last-observed: {text}"

    click.echo(run_edit(source, confdir, define, jobs, work))


def deviation_of(graph: TraceabilityGraph, number: str) -> DeviationNode:
    """The deviation of that id. Raises Failure for none, and for one that stands twice."""
    nodes = graph.deviations_by_id.get(number, ())
    if not nodes:
        close = difflib.get_close_matches(number, graph.deviations_by_id, n=3)
        hint = f"; did you mean {' or '.join(close)}?" if close else ""
        raise Failure(f'no deviation "{number}"{hint}')
    if len({node.deviation.place for node in nodes}) > 1:
        places = ", ".join(f"{n.deviation.place.path}:{n.deviation.place.line}" for n in nodes)
        raise Failure(f'deviation "{number}" stands more than once: {places}')
    return nodes[0]


def run_edit(
    source: Path,
    confdir: Path | None,
    define: tuple[str, ...],
    jobs: str,
    work: Callable[[Any, Any], str],
) -> str:
    """Read the documents, and do some work on them while Sphinx can read a page again."""
    if source.is_file():
        raise Failure(f'"{source}" is a facts file: an edit needs the folder of conf.py')

    def take(app: Any, domain: Any) -> str | Failure:
        try:
            return work(app, domain)
        except EditError as error:
            return Failure(str(error))
        except Failure as failure:
            return failure

    made = run_sphinx(source, confdir, define, jobs, take)
    if isinstance(made, Failure):
        raise made
    return made


def edited(
    app: Any,
    domain: Any,
    node: DeviationNode,
    attempts: Sequence[Callable[[SourceText, DocumentFacts], list[str]]],
    expected: Mapping[str, object],
    keeps: bool = True,
) -> int:
    """Make the first edit that is sound; its index. Raises EditError."""
    from sphinxext_opsdocs.ext.edit_trial import edit_deviation

    return edit_deviation(app, domain, node, attempts, expected, keeps)


def set_option(
    app: Any,
    domain: Any,
    node: DeviationNode,
    name: str,
    value: str,
    expected: Mapping[str, object],
    keeps: bool = True,
) -> None:
    """Set an option of a deviation in its document. Raises EditError."""

    def attempt(text: SourceText, _facts: DocumentFacts) -> list[str]:
        directive = find_directive(text, node.deviation.place.line, "observed-deviation")
        return with_options(text.lines, directive, {name: value})

    edited(app, domain, node, [attempt], expected, keeps)
