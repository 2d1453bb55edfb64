"""Operational pages introduce no rules."""

from collections.abc import Iterator

from sphinxext_opsdocs.facts.model import NORM
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.rules._support.prose import Said, fault_of, said, shown, whom_to_ask
from sphinxext_opsdocs.rules.engine.base import Context, page, rule


@rule(
    severity="warning",
    clauses=("boundary.norule", "boundary.noscope"),
    over=lambda graph: said(graph, NORM),
    bad=page("Every client must have a token of its own."),
    good=page("The gateway must be stopped before you go on, and you must be on the VPN."),
    judges_prose=True,
)
def normative_statement(subject: Said, context: Context) -> Iterator[Fault]:
    """An operational page introduces no rule, constraint or policy.

    Judged by subject and voice: a system or a standing group of people that must be, have or do
    something. Instructions to the operator, preparations ("must be stopped before"), quotations,
    code, and sentences that name their source by a link are left alone. Where a spec domain names
    the words of its subject matter (``vocabulary``), the message says whom to ask.
    """
    text = subject.statement.text
    owner = whom_to_ask(text, context.graph.config)
    yield fault_of(
        subject,
        f"{shown(text)} is a rule for the system; an operational page refers to the section that "
        f"says so{f' ({owner})' if owner else ''}",
    )
