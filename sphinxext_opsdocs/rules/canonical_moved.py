"""References follow sections that moved."""

from collections.abc import Iterator

from sphinxext_opsdocs.findings import Fault
from sphinxext_opsdocs.graph import CanonicalEdge
from sphinxext_opsdocs.inputs import Inputs
from sphinxext_opsdocs.rules.base import Context, directive, page, related, rule

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

    A redirect of the specifications leads to the section; or the name leads nowhere any more, and
    the text that was pinned under it stands elsewhere.
    """
    section = context.graph.new_place(edge)
    if section:
        gone = "is gone, but its pinned text stands elsewhere"
        why = "moved" if edge.resolution.is_moved else gone
        yield Fault(
            f'"{edge.resolution.target}" {why}: write "{section.id}"',
            edge.place,
            edge.docname,
            edge.resolution.target,
            (related(section),),
        )
