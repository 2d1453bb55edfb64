"""Shared parts of the commands that edit documents."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sphinxext_opsdocs.cli._options import Failure, SphinxOptions
from sphinxext_opsdocs.cli._source import run_sphinx, shown_folder
from sphinxext_opsdocs.config.did_you_mean import did_you_mean, listed
from sphinxext_opsdocs.edits.directive import find_directive, with_options
from sphinxext_opsdocs.edits.source_text import EditError, SourceText
from sphinxext_opsdocs.facts.model import DocumentFacts
from sphinxext_opsdocs.findings.finding import join_path
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.graph.nodes import DeviationNode

__all__ = ["deviation_of", "edit_deviation", "run_edit", "set_option", "shown_path"]


# the application and the domain are Any in this package: their types would load Sphinx
def run_edit(
    options: SphinxOptions,
    work: Callable[[Any, Any], str],
    reads_governed: bool = False,
    is_partial: bool = False,
) -> str:
    """Read the documents, and return the result of ``work``, which edits them.

    With ``reads_governed``, pages that lack their header have facts too. Raises Failure, also for a
    page that cannot be read unless the command ``is_partial``: it can do without.
    """
    if options.source.is_file():
        raise Failure(f'"{options.source}" is a facts file; an edit needs the folder of conf.py')
    try:
        return run_sphinx(options, work, is_partial=is_partial, reads_governed=reads_governed)
    except EditError as error:
        raise Failure(str(error)) from None


def shown_path(options: SphinxOptions, path: str) -> str:
    """A path below the source directory, as seen from here."""
    return join_path(shown_folder(options.source), path)


def deviation_of(graph: TraceabilityGraph, number: str) -> DeviationNode:
    """The deviation with this id. Raises Failure if there is none, or more than one."""
    nodes = graph.deviations_by_id.get(number, ())
    if not nodes:
        hint = did_you_mean(number, graph.deviations_by_id, count=3)
        raise Failure(f'no deviation "{number}"{hint}')
    # a deviation in a file that two pages include has two nodes, but one place
    places = sorted({node.deviation.place for node in nodes})
    if len(places) > 1:
        shown = listed(f"{place.path}:{place.line}" for place in places)
        raise Failure(f'deviation "{number}" is recorded more than once: {shown}')
    return nodes[0]


def edit_deviation(
    app: Any,
    ops_domain: Any,
    node: DeviationNode,
    attempts: Sequence[Callable[[SourceText, DocumentFacts], list[str]]],
    expected: Mapping[str, object],
    keeps: bool = True,
) -> int:
    """Make the first edit that is sound; return its index. Raises EditError."""
    from sphinxext_opsdocs.ext.edit_trial import edit_deviation

    return edit_deviation(app, ops_domain, node, attempts, expected, keeps)


def set_option(
    app: Any,
    ops_domain: Any,
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

    edit_deviation(app, ops_domain, node, [attempt], expected, keeps)
