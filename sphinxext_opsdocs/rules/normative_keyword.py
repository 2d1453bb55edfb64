"""Normative keywords belong in specifications."""

from collections.abc import Iterator

from sphinxext_opsdocs.facts.model import KEYWORD
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.rules._support.prose import Said, fault_of, said, shown, whom_to_ask
from sphinxext_opsdocs.rules.engine.base import Context, page, rule


@rule(
    severity="warning",
    clauses=("boundary.norule", "boundary.noscope"),
    over=lambda graph: said(graph, KEYWORD),
    bad=page("A client that is throttled MUST wait for ten seconds."),
    good=page("First we MUST verify that no deployment is running."),
    judges_prose=True,
)
def normative_keyword(subject: Said, context: Context) -> Iterator[Fault]:
    """An operational page rules nothing in the capitals of RFC 2119.

    MUST, SHALL, SHOULD and REQUIRED with the system or its users as their subject. The operator as
    the subject, shouted words, quotations and code are left alone.
    """
    text = subject.statement.text
    owner = whom_to_ask(text, context.graph.config)
    yield fault_of(
        subject,
        f"{shown(text)} is a rule in the words of a specification; refer to the section that "
        f"says it, or raise it with its owner{f' ({owner})' if owner else ''}",
    )
