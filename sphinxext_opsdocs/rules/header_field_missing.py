"""A governed header is complete."""

from collections.abc import Iterator

from sphinxext_opsdocs.config.classes import REQUIRED_FIELDS
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import GovernedDocument
from sphinxext_opsdocs.rules.engine.base import Context, page, rule


@rule(
    severity="error",
    clauses=("header.required", "header.owner", "header.lifecycle"),
    over=lambda graph: graph.governed,
    bad=page(without=["owner"]),
    good=page(),
)
def header_field_missing(document: GovernedDocument, context: Context) -> Iterator[Fault]:
    """A governed header has every field that its class requires.

    Every class requires class, owner, status, version and last-reviewed; a team adds to that
    with ``required_fields``.
    """
    known = document.document_class
    for name in known.required_fields if known else REQUIRED_FIELDS:
        if name not in document.header.given:
            yield Fault(
                f'the header has no field "{name}"',
                document.header.place,
                document.facts.docname,
                name,
            )
