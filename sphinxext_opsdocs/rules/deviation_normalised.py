"""A deviation is observed, never intended."""

from collections.abc import Iterator

from sphinxext_opsdocs.facts.prose import ACCEPTED, INTENT, KEYWORD, NORM
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.rules._support.prose import (
    PageStatement,
    quoted,
    sentences_within,
    statement_fault,
    statements,
)
from sphinxext_opsdocs.rules.engine.base import Context, rule
from sphinxext_opsdocs.rules.engine.examples import deviation, page


@rule(
    severity="warning",
    clauses=("deviation.factual",),
    over=lambda graph: statements(graph, INTENT, ACCEPTED, KEYWORD, NORM, inside=True),
    why="Once the record says that the behaviour is accepted, its owner has no reason to fix it, "
    "and readers take the divergence for the contract.",
    bad=page(deviation("The gateway answered 503, which works as intended.")),
    good=page(deviation("The gateway answered 503, where 429 is specified.")),
    options=("language",),
    judges_prose=True,
    count_places=sentences_within,
)
def deviation_normalised(subject: PageStatement, context: Context) -> Iterator[Fault]:
    """A deviation and its workaround describe what was observed, and make no rule of it.

    It contains no claim of intent, no "accepted" and no normative words: what should happen is in
    the specification, and the issue with its owner settles the difference.
    """
    statement = subject.statement
    yield statement_fault(
        subject,
        f"{quoted(statement.text)} presents this {statement.within} as intended; describe what was "
        "observed, and leave what should happen to the specification",
    )
