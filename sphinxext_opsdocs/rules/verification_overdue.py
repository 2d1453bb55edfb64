"""Procedures are tried out in time."""

from collections.abc import Iterator

from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import GovernedDocument
from sphinxext_opsdocs.rules.engine.base import Context, page, rule

DRILL = {"classes": {"runbook": {"verification_interval": 180}}}


@rule(
    severity="warning",
    clauses=("life.fresh", "success.recovery"),
    over=lambda graph: [document for document in graph.governed if document.header.last_verified],
    bad=page(header={"last-verified": "2025-01-15"}, config=DRILL),
    good=page(header={"last-verified": "2026-09-15"}, config=DRILL),
)
def verification_overdue(document: GovernedDocument, context: Context) -> Iterator[Fault]:
    """The last drill or real run is not longer ago than the class allows.

    Every class that is followed in a deployment, an incident or a recovery has a
    ``verification_interval``. A document that names no ``last-verified`` is left alone, until a
    team makes that a required field.
    """
    header = document.header
    interval = document.document_class.verification_interval if document.document_class else 0
    age = context.days_since(header.last_verified)
    if age < -1:  # a day for time zones
        yield Fault(
            f"last verified {header.last_verified}, {-age} days ahead",
            header.place_of("last-verified"),
            document.facts.docname,
            "ahead",
        )
    if interval and age > interval and header.status != "Archived":
        yield Fault(
            f"last verified {header.last_verified}, {age} days ago: "
            f"{age - interval} days over its interval of {interval}",
            header.place_of("last-verified"),
            document.facts.docname,
            "",
        )
