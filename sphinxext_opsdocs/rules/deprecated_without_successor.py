"""A deprecated document names what to follow instead."""

from collections.abc import Iterator

from sphinxext_opsdocs.config.lifecycle import Lifecycle
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.nodes import GovernedDocument
from sphinxext_opsdocs.rules._support.headers import page_exists
from sphinxext_opsdocs.rules.engine.base import Context, rule
from sphinxext_opsdocs.rules.engine.examples import page

RETIRED = {
    "status": "Deprecated",
    "superseded-by": "none",
    "retired-because": "the gateway was replaced",
}


@rule(
    severity="warning",
    clauses=("life.transitions",),
    over=lambda graph: [d for d in graph.governed if d.header.status == Lifecycle.DEPRECATED],
    why="A reader of a deprecated page learns only that it is wrong to follow it. Without a "
    "successor they follow it anyway, or search on while the incident goes on.",
    bad=page(header={"status": "Deprecated"}),
    good=page(header=RETIRED),
    scope="page",
)
def deprecated_without_successor(document: GovernedDocument, context: Context) -> Iterator[Fault]:
    """A deprecated document names its successor, or the reason why there is none.

    ``superseded-by`` is the docname of a page of this project, or ``none`` together with
    ``retired-because``.
    """
    header, docname = document.header, document.facts.docname
    successor = header.superseded_by
    if successor.casefold() == "none" and header.retired_because:
        return
    if not successor:
        key = "successor"
        message = (
            "deprecated document without a successor; name it in superseded-by, or write "
            '"superseded-by: none" and the reason in retired-because'
        )
    elif successor.casefold() == "none":
        key = "why"
        message = 'superseded-by is "none"; write the reason in retired-because'
    elif not page_exists(context.graph, successor):
        key = successor
        message = f'successor "{successor}" does not exist in this project; write its docname'
    elif successor == docname:
        key = successor
        message = "document is its own successor; name another page in superseded-by"
    else:
        return
    yield Fault(message, header.place_of("superseded-by", "status"), docname, key)
