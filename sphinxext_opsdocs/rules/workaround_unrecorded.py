"""A known fault with an issue is still a deviation."""

from collections.abc import Iterator

from sphinxext_opsdocs.facts.model import WORKAROUND
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.rules._support.prose import Said, fault_of, said, shown
from sphinxext_opsdocs.rules._support.tracked import has_deviation, has_issue
from sphinxext_opsdocs.rules.engine.base import Context, deviation, page, rule


@rule(
    severity="info",
    clauses=("deviation.workaround", "success.surface"),
    over=lambda graph: said(graph, WORKAROUND),
    bad=page("As a workaround for API-1234, raise the drain grace period."),
    good=page("As a workaround for API-1234, raise the drain grace period.", deviation()),
    judges_prose=True,
)
def workaround_unrecorded(subject: Said, context: Context) -> Iterator[Fault]:
    """A workaround whose issue is linked is also recorded as a deviation in its section.

    Only then it is in the register, and leaves the page when the issue is resolved.
    """
    graph = context.graph
    if not has_deviation(subject) and has_issue(subject, graph):
        yield fault_of(
            subject,
            f"{shown(subject.statement.text)} has an issue, and no observed-deviation that records "
            "it",
        )
