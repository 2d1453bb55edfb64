"""Documents are looked at again in time."""

from collections.abc import Iterator

from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import GovernedDocument
from sphinxext_opsdocs.rules.engine.base import Context, page, rule


@rule(
    severity="warning",
    clauses=("life.fresh", "success.trust"),
    over=lambda graph: [document for document in graph.governed if document.header.last_reviewed],
    bad=page(header={"last-reviewed": "2025-01-15"}),
    good=page(header={"last-reviewed": "2025-01-15", "review-interval": "3 years"}),
)
def review_overdue(document: GovernedDocument, context: Context) -> Iterator[Fault]:
    """The last review is not longer ago than the review interval.

    The interval is that of the header field ``review-interval``, else that of the class; an
    interval of 0 never runs out. Archived documents are left alone. A review that is still to
    come is reported too: it would hide every later one that is missed.
    """
    header = document.header
    interval = document.review_interval
    age = context.days_since(header.last_reviewed)
    if age < -1:  # a day for time zones
        yield Fault(
            f"last reviewed {header.last_reviewed}, {-age} days ahead",
            header.place_of("last-reviewed"),
            document.facts.docname,
            "ahead",
        )
    if interval and age > interval:
        yield Fault(
            f"last reviewed {header.last_reviewed}, {age} days ago: "
            f"{age - interval} days over its interval of {interval}",
            header.place_of("last-reviewed"),
            document.facts.docname,
            "",
        )
