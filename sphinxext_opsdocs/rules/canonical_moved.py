"""References follow sections that moved."""

from collections.abc import Iterator

from sphinxext_opsdocs.facts.model import Fix
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.inputs import Inputs
from sphinxext_opsdocs.graph.nodes import CanonicalEdge
from sphinxext_opsdocs.rules._support.references import related
from sphinxext_opsdocs.rules.engine.base import Context, rule
from sphinxext_opsdocs.rules.engine.examples import directive, page

REDIRECTED = Inputs(redirects={"specs/api/throttling": "specs/api/limits"})


@rule(
    severity="warning",
    clauses=("boundary.link", "boundary.drift"),
    over=lambda graph: graph.edges,
    why="The old name works only as long as a redirect or a pin remembers it. When that is cleaned "
    "up, the references of many pages break on the same day, long after the move.",
    bad=page(
        directive("canonical-ref", "api:specs/api/throttling#rate-limits"),
        inputs=REDIRECTED,
        note="The specifications have a redirect from ``specs/api/throttling`` to "
        "``specs/api/limits``.",
    ),
    good=page(directive("canonical-ref", "api:specs/api/limits#rate-limits"), inputs=REDIRECTED),
    options=("redirects",),
)
def canonical_moved(edge: CanonicalEdge, context: Context) -> Iterator[Fault]:
    """A canonical reference names its section by the name that it has now.

    A section has moved where a redirect of the specifications leads to it, or where the name leads
    nowhere any more but the text that was pinned under it exists under another name.
    """
    section = context.graph.moved_to(edge)
    if section:
        reason = "no longer exists, but its pinned text does under another name"
        if edge.resolution.is_moved:
            reason = "moved"
        yield Fault(
            f'"{edge.resolution.target}" {reason}; write "{section.id}"',
            edge.place,
            edge.docname,
            edge.resolution.target,
            (related(section),),
            fix=Fix(edge.resolution.target, section.id),
        )
