"""What a failed drill showed is followed up."""

from collections.abc import Iterator

from msgspec import Struct

from sphinxext_opsdocs.facts.model import Verification
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.rules.engine.base import Context, rule
from sphinxext_opsdocs.rules.engine.examples import STEP, directive, page

PASSED = directive("verification", "2026-06-20", result="passed", by="team-orders")
FAILED = {"argument": "2026-11-20", "result": "failed", "by": "team-orders"}


class _Record(Struct, frozen=True):
    docname: str
    verification: Verification


def _unsuccessful(graph: TraceabilityGraph) -> Iterator[_Record]:
    for facts in graph.documents.values():
        for verification in facts.verifications:
            if verification.is_failure:
                yield _Record(facts.docname, verification)


@rule(
    severity="warning",
    clauses=("life.fresh", "success.recovery"),
    over=_unsuccessful,
    why="A drill that fails has found the fault of the next outage, months early. Without an issue "
    "that is all that happens.",
    bad=page(STEP, PASSED, directive("verification", **FAILED)),
    good=page(STEP, PASSED, directive("verification", **FAILED, issue="API-1234")),
    scope="page",
)
def verification_without_issue(record: _Record, context: Context) -> Iterator[Fault]:
    """A verification that failed, or passed partly, names the issue with what is to change."""
    verification = record.verification
    if not verification.issues:
        day = f" of {verification.date}" if verification.date else ""
        result = "failed" if verification.result == "failed" else "passed only partly"
        yield Fault(
            f"the verification{day} {result}, but names no issue; raise an issue and add :issue:",
            verification.place,
            record.docname,
            verification.date,
        )
