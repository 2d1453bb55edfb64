"""A canonical reference leads to one place."""

from collections.abc import Iterator

from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import CanonicalEdge
from sphinxext_opsdocs.rules.engine.base import (
    HEADER,
    Context,
    Example,
    directive,
    page,
    related,
    rule,
)


def _specification(title: str) -> Example:
    return Example(
        HEADER | {"class": "specification"},
        (f"= {title}", "== Clients", "Text.", "{label:quotas}", "== Quotas", "Text."),
    )


LISTED = 6
"""Candidates that a message names."""
TWICE = {
    "specs/api/quotas": _specification("Quotas v1"),
    "specs/api/quotas2": _specification("Quotas v2"),
}


@rule(
    severity="error",
    clauses=("boundary.link",),
    over=lambda graph: graph.edges,
    bad=page(directive("canonical-ref", "api:quotas"), pages=TWICE),
    good=page(
        directive("canonical-ref", "api:specs/api/quotas#quotas"),
        pages={"specs/api/quotas": _specification("Quotas v1")},
    ),
)
def canonical_ambiguous(edge: CanonicalEdge, context: Context) -> Iterator[Fault]:
    """A canonical reference names exactly one section.

    Where a label, the last parts of a page's path, or an anchor stand for several sections,
    ``domain:page#anchor`` tells them apart.
    """
    sections = edge.resolution.sections
    if len(sections) > 1 and not context.graph.new_place(edge):
        names = [f'"{section.domain}:{section.name}"' for section in sections]
        listed = " or ".join(names[:LISTED])
        listed += f" or one of {len(names) - LISTED} more" if len(names) > LISTED else ""
        yield Fault(
            f'"{edge.resolution.target}" is ambiguous: write {listed}',
            edge.place,
            edge.docname,
            edge.resolution.target,
            tuple(related(section, "a candidate") for section in sections[:LISTED]),
        )
