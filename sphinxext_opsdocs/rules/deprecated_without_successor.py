"""A deprecated document says where to go."""

from collections.abc import Iterator

from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import GovernedDocument
from sphinxext_opsdocs.rules.engine.base import Context, page, rule


@rule(
    severity="warning",
    clauses=("life.transitions",),
    over=lambda graph: [d for d in graph.governed if d.header.status == "Deprecated"],
    bad=page(header={"status": "Deprecated"}),
    good=page(
        header={
            "status": "Deprecated",
            "superseded-by": "none",
            "retired-because": "the gateway was replaced",
        }
    ),
)
def deprecated_without_successor(document: GovernedDocument, context: Context) -> Iterator[Fault]:
    """A deprecated document names its successor, or says why there is none.

    ``superseded-by`` is the docname of a page of this project, or ``none`` together with
    ``retired-because``.
    """
    header, docname = document.header, document.facts.docname
    successor = header.superseded_by
    place = header.place_of("superseded-by", "status")
    if successor.casefold() == "none":
        if not header.retired_because:
            yield Fault(
                'superseded-by is "none" and retired-because does not say why',
                place,
                docname,
                "why",
            )
    elif not successor:
        yield Fault(
            "a deprecated document names its successor in superseded-by",
            place,
            docname,
            "successor",
        )
    elif successor not in context.graph.documents:
        yield Fault(
            f'the successor "{successor}" is no governed page of this project',
            place,
            docname,
            successor,
        )
    elif successor == docname:
        yield Fault("a document cannot be its own successor", place, docname, successor)
