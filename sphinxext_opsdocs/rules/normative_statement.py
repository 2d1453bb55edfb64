"""Operational pages introduce no rules."""

from collections.abc import Iterator

from sphinxext_opsdocs.facts.prose import NORM
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
    over=lambda graph: statements(graph, NORM),
    why="A rule that only a runbook contains is built by nobody and reviewed by no owner. Sooner "
    "or later it contradicts the specification, and two teams act on two truths.",
    bad=page("Every client must have a token of its own."),
    good=page("Give the client a token of its own, see {canonical:api:rate-limits}."),
    options=("domains.<name>.vocabulary", "language"),
    judges_prose=True,
    count_places=sentences_read,
)
def normative_statement(subject: PageStatement, context: Context) -> Iterator[Fault]:
    """An operational page introduces no rule, constraint or policy.

    Subject and voice decide: a rule is that a system or a standing group of people must be, have or
    do something. Instructions to the operator, preparations ("must be stopped before"), quotations,
    code, and sentences that link their source are not reported. Where a spec domain lists the words
    of its subject matter (``vocabulary``), the finding names whom to ask.
    """
    text = subject.statement.text
    yield statement_fault(
        subject,
        f"{quoted(text)} is a rule for the system; refer to the section of the specification that "
        f"says so{owners_to_ask(text, context.graph)}",
    )
