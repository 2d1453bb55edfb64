"""A reference names a section, not a document."""

from collections.abc import Iterator

from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import CanonicalEdge
from sphinxext_opsdocs.rules.canonical_not_live import resolved_edges
from sphinxext_opsdocs.rules.engine.base import Context, directive, page, related, rule


@rule(
    severity="warning",
    clauses=("boundary.link", "deviation.spec"),
    over=resolved_edges,
    bad=page(directive("canonical-ref", "api:specs/api/limits")),
    good=page(directive("canonical-ref", "api:specs/api/limits#rate-limits")),
)
def canonical_not_section(edge: CanonicalEdge, context: Context) -> Iterator[Fault]:
    """A canonical reference names a section; a whole document is not enough.

    The title of a page that has further sections stands for the whole document.
    """
    section = edge.resolution.section
    if section and section.is_document:
        yield Fault(
            f'"{edge.resolution.target}" is a whole document; name the section',
            edge.place,
            edge.docname,
            edge.resolution.target,
            (related(section, "the document"),),
        )
