"""Workarounds and known faults are recorded, and have an issue."""

from collections.abc import Iterator

from sphinxext_opsdocs.facts.model import WORKAROUND
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.rules._support.prose import Said, fault_of, said, shown
from sphinxext_opsdocs.rules._support.tracked import has_deviation, has_issue
from sphinxext_opsdocs.rules.engine.base import Context, deviation, page, rule


@rule(
    severity="warning",
    clauses=("deviation.workaround", "deviation.observed"),
    over=lambda graph: said(graph, WORKAROUND),
    bad=page("As a workaround, raise the drain grace period."),
    good=page("As a workaround, raise the drain grace period.", deviation()),
    judges_prose=True,
)
def workaround_outside_deviation(subject: Said, context: Context) -> Iterator[Fault]:
    """A section that tells of a workaround or a known fault has its deviation, or links its issue.

    An issue that is linked in another list item does not count.
    """
    graph = context.graph
    if not has_deviation(subject) and not has_issue(subject, graph):
        yield fault_of(
            subject,
            f"{shown(subject.statement.text)} tells of a fault that nobody tracks; record it as an "
            "observed-deviation with its issue",
        )
