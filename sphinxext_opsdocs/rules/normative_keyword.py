"""Normative keywords belong in specifications."""

from collections.abc import Iterator

from sphinxext_opsdocs.facts.prose import KEYWORD
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.rules._support.prose import (
    PageStatement,
    owners_to_ask,
    quoted,
    sentences_read,
    statement_fault,
    statements,
)
from sphinxext_opsdocs.rules.engine.base import Context, rule
from sphinxext_opsdocs.rules.engine.examples import page


@rule(
    severity="warning",
    clauses=("boundary.norule", "boundary.noscope"),
    over=lambda graph: statements(graph, KEYWORD),
    why="MUST in capitals reads like a specification. Client teams start to build on a page that "
    "operations changes without asking them.",
    bad=page("A client that is throttled MUST wait for ten seconds."),
    good=page("A client that is throttled waits as {canonical:api:rate-limits} requires."),
    options=("domains.<name>.vocabulary", "language"),
    judges_prose=True,
    count_places=sentences_read,
)
def normative_keyword(subject: PageStatement, context: Context) -> Iterator[Fault]:
    """An operational page lays down no rule in the capitals of RFC 2119.

    MUST, SHALL, SHOULD and REQUIRED count with the system or its users as their subject. Sentences
    with the operator as the subject ("First we MUST verify ..."), shouted words, quotations and
    code are not reported.
    """
    text = subject.statement.text
    yield statement_fault(
        subject,
        f"{quoted(text)} is worded like a specification; refer to the section that says so, or "
        f"raise it with the owner of the specification{owners_to_ask(text, context.graph)}",
    )
