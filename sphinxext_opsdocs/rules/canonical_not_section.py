"""A canonical reference names a section, not a document."""

from collections.abc import Iterator

from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.nodes import CanonicalEdge
from sphinxext_opsdocs.rules._support.references import related, resolved_edges
from sphinxext_opsdocs.rules.engine.base import Context, rule
from sphinxext_opsdocs.rules.engine.examples import directive, page


@rule(
    severity="warning",
    clauses=("boundary.link", "deviation.spec"),
    over=resolved_edges,
    why="A reference to forty pages does not say on which sentence the procedure depends, and "
    "every edit anywhere in the document asks for another look at this page.",
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
            f'"{edge.resolution.target}" is a whole document; name one of its sections',
            edge.place,
            edge.docname,
            edge.resolution.target,
            (related(section, "the document"),),
        )
