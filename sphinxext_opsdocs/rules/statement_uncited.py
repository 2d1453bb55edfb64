"""Statements on behaviour link the specification."""

from collections.abc import Iterator

from sphinxext_opsdocs.facts.model import BEHAVIOUR, DocumentFacts, Statement
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.rules._support.prose import Said, fault_of, shown
from sphinxext_opsdocs.rules.engine.base import Context, page, rule


def sections_on_behaviour(
    graph: TraceabilityGraph,
) -> Iterator[tuple[DocumentFacts, list[Statement]]]:
    """The statements on behaviour of each section that has any."""
    for facts in graph.judged:
        by_section: dict[str, list[Statement]] = {}
        for statement in facts.statements:
            if BEHAVIOUR in statement.claims and not statement.within:
                by_section.setdefault(statement.section, []).append(statement)
        for statements in by_section.values():
            yield facts, statements


@rule(
    severity="info",
    clauses=("boundary.section", "boundary.link"),
    over=sections_on_behaviour,
    bad=page("== Background", "The gateway rejects clients that send too much."),
    good=page(
        "== Background",
        "The gateway rejects clients that send too much, see {canonical:api:rate-limits}.",
    ),
    judges_prose=True,
)
def statement_uncited(
    subject: tuple[DocumentFacts, list[Statement]], context: Context
) -> Iterator[Fault]:
    """A section that states what the system does has a canonical reference.

    Information by default, since not every behaviour is specified; a team raises it where it is.
    """
    facts, statements = subject
    edges = context.graph.edges_by_document.get(facts.docname, ())
    if all(edge.section != statements[0].section for edge in edges):
        more = f", and {len(statements) - 1} more" if len(statements) > 1 else ""
        yield fault_of(
            Said(facts, statements[0]),
            f"{shown(statements[0].text)} states what the system does{more}, and this section has "
            "no canonical reference",
        )
