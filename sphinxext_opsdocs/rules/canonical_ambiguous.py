"""A canonical reference leads to one place."""

from collections.abc import Iterator

from sphinxext_opsdocs.findings import Fault, Related
from sphinxext_opsdocs.graph import CanonicalEdge
from sphinxext_opsdocs.rules.base import HEADER, Context, Example, directive, page, rule


def _specification(title: str) -> Example:
    return Example(
        HEADER | {"class": "specification"},
        (f"= {title}", "== Clients", "Text.", "{label:quotas}", "== Quotas", "Text."),
    )


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

    Where a name stands on several pages, ``domain:page#anchor`` tells them apart.
    """
    sections = edge.resolution.sections
    if len(sections) > 1:
        names = " or ".join(f'"{s.domain}:{s.docname}#{s.anchor}"' for s in sections)
        yield Fault(
            f'"{edge.resolution.target}" is ambiguous: write {names}',
            edge.place,
            edge.docname,
            edge.resolution.target,
            tuple(Related("a candidate", section.place) for section in sections),
        )
