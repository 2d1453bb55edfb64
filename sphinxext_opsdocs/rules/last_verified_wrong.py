"""The header says the same as the records."""

from collections.abc import Iterator

from sphinxext_opsdocs.facts.model import Fix
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.nodes import GovernedDocument
from sphinxext_opsdocs.rules.engine.base import Context, rule
from sphinxext_opsdocs.rules.engine.examples import STEP, directive, page

PASSED = directive("verification", "2026-11-20", result="passed", by="team-orders")


@rule(
    severity="warning",
    clauses=("life.fresh",),
    over=lambda graph: [
        document
        for document in graph.governed
        if document.header.last_verified and document.last_pass
    ],
    why="Of two dates that differ, one is wrong. Whoever relies on the later one trusts a "
    "procedure that nobody has tried since the earlier one.",
    bad=page(STEP, PASSED, header={"last-verified": "2026-11-22"}),
    good=page(STEP, PASSED),
    scope="page",
)
def last_verified_wrong(document: GovernedDocument, context: Context) -> Iterator[Fault]:
    """``last-verified`` is the day of the newest ``verification`` that passed.

    With records, the field is redundant: you can leave it out.
    """
    header, record = document.header, document.last_pass
    if record and record.date and header.last_verified != record.date:
        yield Fault(
            f"last-verified is {header.last_verified}, but the newest verification that passed is "
            f"of {record.date}; enter that day, or remove the field",
            header.place_of("last-verified"),
            document.facts.docname,
            "",
            fix=Fix(header.last_verified, record.date),
        )
