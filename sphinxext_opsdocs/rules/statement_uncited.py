"""Statements on behaviour link the specification."""

from collections.abc import Iterator

from sphinxext_opsdocs.facts.model import DocumentFacts
from sphinxext_opsdocs.facts.prose import BEHAVIOUR, Statement
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.rules._support.prose import PageStatement, quoted, statement_fault
from sphinxext_opsdocs.rules.engine.base import Context, rule
from sphinxext_opsdocs.rules.engine.examples import page


def _sections_on_behaviour(
    graph: TraceabilityGraph,
) -> Iterator[tuple[DocumentFacts, list[Statement]]]:
    """The statements on behaviour of each section that has any."""
    for facts in graph.judged:
        by_section: dict[str, list[Statement]] = {}
        for statement in facts.statements:
            if statement.confidence_in(BEHAVIOUR) and not statement.within:
                by_section.setdefault(statement.section, []).append(statement)
        for statements in by_section.values():
            yield facts, statements


@rule(
    # not every behaviour is specified, so a team raises this where it is
    severity="info",
    clauses=("boundary.section", "boundary.link"),
    over=_sections_on_behaviour,
    why="Nobody can check the statement against its source, so it is not corrected when the "
    "behaviour changes, and nobody notices if it was wrong from the start.",
    bad=page("The gateway rejects clients that send too much."),
    good=page("The gateway rejects clients that send too much, see {canonical:api:rate-limits}."),
    options=("language",),
    judges_prose=True,
    count_places=lambda graph: sum(len(facts.sections) for facts in graph.judged),
)
def statement_uncited(
    subject: tuple[DocumentFacts, list[Statement]], context: Context
) -> Iterator[Fault]:
    """A section that states what the system does has a canonical reference.

    A note by default, since not every behaviour is specified; raise it to a warning where yours is.
    """
    facts, statements = subject
    edges = context.graph.edges_by_document.get(facts.docname, ())
    # an empty list too: a page without references has none in this section
    if all(edge.section != statements[0].section for edge in edges):
        more = f" (and {len(statements) - 1} more)" if len(statements) > 1 else ""
        yield statement_fault(
            PageStatement(facts, statements[0]),
            f"{quoted(statements[0].text)}{more} states what the system does, but this section has "
            "no canonical reference; add one",
        )
