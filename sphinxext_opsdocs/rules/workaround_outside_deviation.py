"""Workarounds and known faults are recorded, and have an issue."""

from collections.abc import Iterator

from sphinxext_opsdocs.facts.prose import WORKAROUND
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.rules._support.prose import (
    PageStatement,
    has_deviation,
    has_issue,
    quoted,
    sentences_read,
    statement_fault,
    statements,
)
from sphinxext_opsdocs.rules.engine.base import Context, rule
from sphinxext_opsdocs.rules.engine.examples import deviation, page

STEP = "As a workaround, raise the drain grace period."


@rule(
    severity="warning",
    clauses=("deviation.workaround", "deviation.observed"),
    over=lambda graph: statements(graph, WORKAROUND),
    why="The fault is known to whoever reads this page and to nobody who could fix it: it is in no "
    "register, and has no owner and no date.",
    bad=page(STEP),
    good=page(STEP, deviation()),
    options=("trackers.<name>.pattern", "language"),
    judges_prose=True,
    count_places=sentences_read,
)
def workaround_outside_deviation(subject: PageStatement, context: Context) -> Iterator[Fault]:
    """A section that describes a workaround or a known fault has its deviation, or links its issue.

    An issue that is linked in another item of a list does not count.
    """
    if not has_deviation(subject) and not has_issue(subject, context.graph):
        yield statement_fault(
            subject,
            f"{quoted(subject.statement.text)} describes a fault that is not tracked; record it as "
            "an observed-deviation with its issue",
        )
