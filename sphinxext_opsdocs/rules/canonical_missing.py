"""Operational documents depend on specifications."""

from collections.abc import Iterable, Iterator

from sphinxext_opsdocs.config.lifecycle import Lifecycle
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.graph.nodes import GovernedDocument
from sphinxext_opsdocs.rules._support.headers import classified
from sphinxext_opsdocs.rules.engine.base import Context, rule
from sphinxext_opsdocs.rules.engine.examples import page


def _dependent_documents(graph: TraceabilityGraph) -> Iterable[GovernedDocument]:
    """Documents, not archived, of a class that requires a canonical reference."""
    for document in classified(graph):
        document_class = document.document_class
        is_required = document_class and document_class.canonical_reference == "required"
        if is_required and document.header.status != Lifecycle.ARCHIVED:
            yield document


@rule(
    severity="warning",
    clauses=("class.supports", "boundary.link"),
    over=_dependent_documents,
    why="Without a reference the page is its own authority. When the specification changes, "
    "nobody learns that this procedure has to change too.",
    bad=page(reference=False, note="The class of the page requires a canonical reference."),
    good=page(),
    options=("classes.<name>.canonical_reference",),
    scope="page",
)
def canonical_missing(document: GovernedDocument, context: Context) -> Iterator[Fault]:
    """A document whose class requires it refers to at least one canonical section.

    An observed deviation that names its section counts. ``canonical_reference`` says for each class
    whether it requires one.
    """
    # a reference that does not resolve counts: it is a finding of its own
    if document.facts.docname not in context.graph.edges_by_document:
        yield Fault(
            f"missing canonical reference (class: {document.header.document_class}); refer to the "
            "section of the specification that this page depends on",
            document.header.place,
            document.facts.docname,
            "",
        )
