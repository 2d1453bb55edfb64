"""Operational documents depend on specifications."""

from collections.abc import Iterable, Iterator

from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import GovernedDocument, TraceabilityGraph
from sphinxext_opsdocs.rules.engine.base import Context, page, rule


def documents_that_need_one(graph: TraceabilityGraph) -> Iterable[GovernedDocument]:
    """Governed documents, not archived, of a class that requires a canonical reference."""
    for document in graph.governed:
        known = document.document_class
        if (
            known
            and known.canonical_reference == "required"
            and document.header.status != "Archived"
        ):
            yield document


@rule(
    severity="warning",
    clauses=("class.supports", "boundary.link"),
    over=documents_that_need_one,
    bad=page("Stop new traffic.", reference=False),
    good=page(),
)
def canonical_missing(document: GovernedDocument, context: Context) -> Iterator[Fault]:
    """A document whose class requires it refers to at least one canonical section.

    An observed deviation that names its section counts. Each class says whether it requires
    one (``canonical_reference``).
    """
    if document.facts.docname not in context.graph.edges_by_document:
        yield Fault(
            f"a {document.header.document_class} refers to the specification that it depends on, "
            "this one refers to none",
            document.header.place,
            document.facts.docname,
            "",
        )
