"""A canonical reference leads somewhere."""

from collections.abc import Iterator

from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import CanonicalEdge
from sphinxext_opsdocs.rules.engine.base import Context, Knowledge, directive, page, rule


@rule(
    severity="error",
    clauses=("boundary.link", "deviation.spec"),
    over=lambda graph: graph.edges,
    bad=page(directive("canonical-ref", "api:rate-limit")),
    good=page(directive("canonical-ref", "api:rate-limits")),
    needs=Knowledge(
        lambda section: section.is_verified, "whether a page has such a section is not known"
    ),
)
def canonical_unresolved(edge: CanonicalEdge, context: Context) -> Iterator[Fault]:
    """Every canonical reference names a section that exists.

    A target is ``domain:label``, ``domain:NEED_ID``, ``domain:page#anchor``, tried in that order,
    or an address below the ``base_url`` of a spec domain. An inventory or a needs.json does not
    list all sections of a page: a note says once that references to those are not verified.
    """
    resolution = edge.resolution
    if not (resolution.sections or resolution.is_unknowable or context.graph.new_place(edge)):
        yield Fault(
            f'cannot resolve "{resolution.target}": {resolution.reason}',
            edge.place,
            edge.docname,
            resolution.target,
        )
