"""A canonical reference leads to a section."""

from collections.abc import Iterator

from sphinxext_opsdocs.facts.model import Fix
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.nodes import CanonicalEdge
from sphinxext_opsdocs.rules.engine.base import Context, Precondition, rule
from sphinxext_opsdocs.rules.engine.examples import directive, page


@rule(
    severity="error",
    clauses=("boundary.link", "deviation.spec"),
    over=lambda graph: graph.edges,
    why="Readers cannot get to the text that is binding, and a later change of that section is "
    "never reported on this page.",
    bad=page(directive("canonical-ref", "api:rate-limit")),
    good=page(directive("canonical-ref", "api:rate-limits")),
    options=(
        "domains.<name>.paths",
        "domains.<name>.index",
        "domains.<name>.needs",
        "domains.<name>.inventory",
        "domains.<name>.base_url",
    ),
    needs=Precondition(
        lambda section: section.is_verified, "does not list every section of a page"
    ),
)
def canonical_unresolved(edge: CanonicalEdge, context: Context) -> Iterator[Fault]:
    """Every canonical reference names a section that exists.

    A target is ``domain:label``, ``domain:NEED_ID`` or ``domain:page#anchor``, tried in that order,
    or an address below the ``base_url`` of a spec domain. An inventory or a needs.json does not
    list all sections of a page: one note says that references to the others are not verified.
    """
    resolution = edge.resolution
    # a source that cannot be read is one finding, not one for every reference into it, and a
    # section that moved is reported by canonical_moved, with its new name
    if resolution.sections or resolution.is_unknowable or context.graph.moved_to(edge):
        return
    nearest = context.graph.resolver.nearest(resolution)
    yield Fault(
        f'cannot resolve "{resolution.target}": {resolution.reason}',
        edge.place,
        edge.docname,
        resolution.target,
        fix=Fix(resolution.target, nearest) if nearest else None,
    )
