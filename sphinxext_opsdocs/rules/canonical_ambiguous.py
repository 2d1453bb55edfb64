"""A canonical reference leads to one section only."""

from collections.abc import Iterator

from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.nodes import CanonicalEdge
from sphinxext_opsdocs.rules._support.references import related
from sphinxext_opsdocs.rules.engine.base import Context, rule
from sphinxext_opsdocs.rules.engine.examples import (
    SPECIFICATION_HEADER,
    Example,
    directive,
    page,
)

LISTED = 6
"""Candidates that a message names."""


def _quotas(release: str) -> Example:
    body = (f"= Quotas {release}", "{label:quotas}", "== Quotas", "Calls of one client a day.")
    return Example(SPECIFICATION_HEADER, body)


PAGES = {"specs/api/v1": _quotas("v1"), "specs/api/v2": _quotas("v2")}


@rule(
    severity="error",
    clauses=("boundary.link",),
    over=lambda graph: graph.edges,
    why="Two readers can end up at two different limits, and a change of one of these sections "
    "cannot be traced to this page.",
    bad=page(directive("canonical-ref", "api:quotas"), pages=PAGES),
    good=page(directive("canonical-ref", "api:specs/api/v2#quotas"), pages=PAGES),
)
def canonical_ambiguous(edge: CanonicalEdge, context: Context) -> Iterator[Fault]:
    """A canonical reference names exactly one section.

    A label, an anchor, or the last parts of a page's path may fit several sections; then write
    ``domain:page#anchor``.
    """
    sections = edge.resolution.sections
    # a pin shows which of them was meant: then canonical_moved names it
    if len(sections) < 2 or context.graph.moved_to(edge):
        return
    names = [f'"{section.domain_key}:{section.name}"' for section in sections]
    choice = " or ".join(names[:LISTED])
    if len(names) > LISTED:
        choice += f" or one of {len(names) - LISTED} more"
    yield Fault(
        f'"{edge.resolution.target}" is ambiguous; write {choice}',
        edge.place,
        edge.docname,
        edge.resolution.target,
        tuple(related(section, "a candidate") for section in sections[:LISTED]),
    )
