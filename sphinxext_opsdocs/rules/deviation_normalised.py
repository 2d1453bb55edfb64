"""A deviation is observed, never intended."""

from collections.abc import Iterator

from sphinxext_opsdocs.facts.model import ACCEPTED, INTENT, KEYWORD, NORM
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.rules._support.prose import Said, fault_of, said, shown
from sphinxext_opsdocs.rules.engine.base import Context, deviation, page, rule


@rule(
    severity="warning",
    clauses=("deviation.factual",),
    over=lambda graph: said(graph, INTENT, ACCEPTED, KEYWORD, NORM, inside=True),
    bad=page(deviation("The gateway answered 503, which works as intended.")),
    good=page(deviation("The gateway answered 503, where 429 is specified.")),
    judges_prose=True,
)
def deviation_normalised(subject: Said, context: Context) -> Iterator[Fault]:
    """A deviation and its workaround tell what was observed, and make no rule of it.

    No claim of intent, no "accepted" and no normative words stand in them: what should be is said
    by the specification, and the issue with its owner settles the difference.
    """
    statement = subject.statement
    yield fault_of(
        subject,
        f"{shown(statement.text)} makes this {statement.within} look intended; tell what was "
        "observed, and leave what should be to the specification",
    )
