"""References follow sections that moved."""

from collections.abc import Iterator

from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import CanonicalEdge
from sphinxext_opsdocs.graph.inputs import Inputs
from sphinxext_opsdocs.rules.engine.base import Context, directive, page, related, rule

MOVED = Inputs(redirects={"specs/api/throttling": "specs/api/limits"})


@rule(
    severity="warning",
    clauses=("boundary.link", "boundary.drift"),
    over=lambda graph: graph.edges,
    bad=page(directive("canonical-ref", "api:specs/api/throttling#rate-limits"), inputs=MOVED),
    good=page(directive("canonical-ref", "api:specs/api/limits#rate-limits"), inputs=MOVED),
)
def canonical_moved(edge: CanonicalEdge, context: Context) -> Iterator[Fault]:
    """A canonical reference names its section by the name that it has now.

    A redirect of the specifications leads to the section. Or the name leads nowhere any more, and
    what was pinned under it is known by another: its label went, or its text stands elsewhere.
    """
    section = context.graph.new_place(edge)
    if section:
        why = (
            "moved" if edge.resolution.is_moved else "is gone, and what was pinned has another name"
        )
        yield Fault(
            f'"{edge.resolution.target}" {why}: write "{section.id}"',
            edge.place,
            edge.docname,
            edge.resolution.target,
            (related(section),),
        )
