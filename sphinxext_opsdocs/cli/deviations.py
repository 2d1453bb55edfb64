"""``opsdocs deviations``: edits of deviations in their documents."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from pathlib import Path

import click

from sphinxext_opsdocs.cli.source import (
    Failure,
    Source,
    day_of,
    day_option,
    read_source,
    source_options,
)
from sphinxext_opsdocs.graph import DeviationNode, TraceabilityGraph
from sphinxext_opsdocs.resolve_edit import HISTORY, resolved_lines
from sphinxext_opsdocs.source_edit import EditError, SourceText, find_directive, with_options

__all__ = ["deviation_of", "deviations", "write_options"]


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
    go. Nothing else of the file changes. One that stands in an included file stays there.
    """
    found = read_source(source, confdir, define, jobs)
    node = deviation_of(found.graph, deviation)
    if node.deviation.state == "resolved":
        raise Failure(f'deviation "{deviation}" is resolved already')
    place = node.deviation.place
    facts = found.graph.documents[node.docname]
    is_own = place.path == facts.path and not in_place
    try:
        text = SourceText.read(found.srcdir / place.path)
        on = day_of(day).isoformat()
        text.write(resolved_lines(text, place.line, on, facts if is_own else None))
    except EditError as error:
        raise Failure(str(error)) from None
    where = f', moved to "{HISTORY}"' if is_own else ""
    click.echo(f"{place.path}: {deviation} resolved on {on}{where}")


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
    found = read_source(source, confdir, define, jobs)
    node = deviation_of(found.graph, deviation)
    if node.deviation.state != "open":
        raise Failure(f'deviation "{deviation}" is {node.deviation.state}: open it first')
    if "," in seen_in:
        raise Failure("--version takes no comma: what follows one is the evidence")
    parts = [day_of(day).isoformat(), seen_in, " ".join(evidence.split())]
    while not parts[-1]:
        parts.pop()
    write_options(found, node, {"last-observed": ", ".join(parts)})


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


def write_options(found: Source, node: DeviationNode, values: Mapping[str, str]) -> None:
    """Set options of a deviation in its document, and say so. Raises Failure."""
    place = node.deviation.place
    try:
        text = SourceText.read(found.srcdir / place.path)
        directive = find_directive(text, place.line, "observed-deviation")
        text.write(with_options(text.lines, directive, values))
    except EditError as error:
        raise Failure(str(error)) from None
    for name, value in values.items():
        click.echo(f"{place.path}:{place.line}: {name}: {value}")
