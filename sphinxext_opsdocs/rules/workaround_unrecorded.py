"""A known fault with an issue is still a deviation."""

from collections.abc import Iterator

from sphinxext_opsdocs.facts.prose import TROUBLE, WORKAROUND
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.issues.reference import names_issue
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


def _faults(graph: TraceabilityGraph) -> Iterator[PageStatement]:
    """Workarounds and faults; what may be one is one beside the link of an issue."""
    for subject in statements(graph, WORKAROUND, TROUBLE):
        statement = subject.statement
        if any(names_issue(graph.config, text) for text in statement.mentions):
            yield subject
        elif confidence := statement.confidence_in(WORKAROUND):
            yield PageStatement(subject.facts, statement, confidence)


STEP = "As a workaround for API-1234, raise the drain grace period."


@rule(
    severity="info",
    clauses=("deviation.workaround", "success.surface"),
    over=_faults,
    why="The register has recorded deviations only, so nobody who works through it sees this one, "
    "and the advice stays on the page after the issue is closed.",
    bad=page(STEP),
    good=page(STEP, deviation()),
    options=("trackers.<name>.pattern", "language"),
    judges_prose=True,
    count_places=sentences_read,
)
def workaround_unrecorded(subject: PageStatement, context: Context) -> Iterator[Fault]:
    """A workaround whose issue is linked is also recorded as a deviation in its section."""
    if not has_deviation(subject) and has_issue(subject, context.graph):
        yield statement_fault(
            subject,
            f"{quoted(subject.statement.text)} has an issue but no observed-deviation; record one "
            "in this section",
        )
