"""A canonical reference leads somewhere."""

from collections.abc import Iterator

from sphinxext_opsdocs.findings import Fault
from sphinxext_opsdocs.graph import CanonicalEdge
from sphinxext_opsdocs.rules.base import Context, directive, page, rule


@rule(
    severity="error",
    clauses=("boundary.link", "deviation.spec"),
    over=lambda graph: graph.edges,
    bad=page(directive("canonical-ref", "api:rate-limit")),
    good=page(directive("canonical-ref", "api:rate-limits")),
)
def canonical_unresolved(edge: CanonicalEdge, context: Context) -> Iterator[Fault]:
    """Every canonical reference names a section that exists.

    A target is ``domain:label``, ``domain:NEED_ID`` or ``domain:page#anchor``, tried in that
    order among the pages of the spec domain.
    """
    if not edge.resolution.sections:
        yield Fault(
            f'cannot resolve "{edge.resolution.target}": {edge.resolution.reason}',
            edge.place,
            edge.docname,
            edge.resolution.target,
        )
