"""Deprecated documents are removed when their time is over."""

from collections.abc import Iterator

from sphinxext_opsdocs.config.lifecycle import Lifecycle
from sphinxext_opsdocs.findings.finding import Fault, counted_noun
from sphinxext_opsdocs.graph.nodes import GovernedDocument
from sphinxext_opsdocs.rules.engine.base import Context, rule
from sphinxext_opsdocs.rules.engine.examples import page

DEPRECATED = {
    "status": "Deprecated",
    "superseded-by": "none",
    "retired-because": "replaced",
    "remove-after": "2026-06-30",
}


@rule(
    severity="warning",
    clauses=("life.obsolete",),
    over=lambda graph: [document for document in graph.governed if document.header.remove_after],
    why="A page that outlives its removal date still shows up in the search, and its outdated "
    "steps compete with those of its successor.",
    bad=page(header=DEPRECATED, note="Today is 2026-11-23."),
    good=page(
        header=DEPRECATED | {"status": "Archived"},
        note="Remove the page, or keep it as history:",
    ),
    scope="page",
    comes_with_time=True,
)
def removal_overdue(document: GovernedDocument, context: Context) -> Iterator[Fault]:
    """A document is removed or archived once its ``remove-after`` date has passed."""
    header = document.header
    age = context.days_since(header.remove_after)
    if age > 0 and header.status != Lifecycle.ARCHIVED:
        yield Fault(
            f"remove-after was {header.remove_after}, {counted_noun(age, 'day')} ago; remove the "
            "document or archive it",
            header.place_of("remove-after"),
            document.facts.docname,
            "",
        )
