"""Canonical references lead to specifications that are in force."""

from collections.abc import Iterator

from sphinxext_opsdocs.canonical.section import CanonicalSection
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.nodes import CanonicalEdge
from sphinxext_opsdocs.rules._support.references import related, resolved_edges
from sphinxext_opsdocs.rules.engine.base import Context, Precondition, rule
from sphinxext_opsdocs.rules.engine.examples import directive, page


def _has_status(section: CanonicalSection) -> bool:
    # default_status of a spec domain gives a status where the source has none
    return section.kind.has_status or bool(section.status)


@rule(
    severity="warning",
    clauses=("boundary.link", "boundary.authority"),
    over=resolved_edges,
    why="A draft may never be built, and a deprecated text no longer applies. A procedure that "
    "relies on either expects limits that the system does not have.",
    bad=page(
        directive("canonical-ref", "api:next-limits"),
        note='"api:next-limits" is a section of a page with the status Draft.',
    ),
    good=page(directive("canonical-ref", "api:rate-limits")),
    options=("domains.<name>.default_status",),
    needs=Precondition(
        _has_status, "does not contain the status of specifications; set default_status"
    ),
)
def canonical_not_live(edge: CanonicalEdge, context: Context) -> Iterator[Fault]:
    """A canonical reference names a section of a live specification.

    Its page is of class ``specification`` and has the status Canonical. Specifications without a
    header have the ``default_status`` of their spec domain. Where specifications are known from an
    inventory or a needs.json alone, one note says that their status is not known.
    """
    section = edge.resolution.section
    if section and not section.is_live:
        yield Fault(
            f'"{edge.resolution.target}" is not live: {_reason(section)}',
            edge.place,
            edge.docname,
            edge.resolution.target,
            (related(section),),
        )


def _reason(section: CanonicalSection) -> str:
    if not section.status:
        return (
            "its page declares no status; give it a header, or set default_status of spec domain "
            f'"{section.domain_key}"'
        )
    if not section.page.is_specification:
        return "its page is not a specification; refer to the section that applies"
    return f"its page has the status {section.status}; refer to the section that applies"
