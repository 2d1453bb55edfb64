"""Deprecated documents leave when they were to leave."""

from collections.abc import Iterator

from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import GovernedDocument
from sphinxext_opsdocs.rules.engine.base import Context, page, rule

DEPRECATED = {"status": "Deprecated", "superseded-by": "none", "retired-because": "replaced"}


@rule(
    severity="warning",
    clauses=("life.obsolete",),
    over=lambda graph: [document for document in graph.governed if document.header.remove_after],
    bad=page(header=DEPRECATED | {"remove-after": "2026-06-30"}),
    good=page(header=DEPRECATED | {"remove-after": "2027-06-30"}),
)
def removal_overdue(document: GovernedDocument, context: Context) -> Iterator[Fault]:
    """A document is removed or archived once its ``remove-after`` date has passed."""
    header = document.header
    age = context.days_since(header.remove_after)
    if age > 0 and header.status != "Archived":
        yield Fault(
            f"was to be removed after {header.remove_after}, {age} days ago; remove or archive it",
            header.place_of("remove-after"),
            document.facts.docname,
            "",
        )
