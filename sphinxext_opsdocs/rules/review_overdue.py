"""Documents are reviewed in time."""

from collections.abc import Iterator

from sphinxext_opsdocs.facts.model import Value
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.nodes import GovernedDocument
from sphinxext_opsdocs.rules._support.headers import interval_faults
from sphinxext_opsdocs.rules.engine.base import Context, rule
from sphinxext_opsdocs.rules.engine.examples import page


@rule(
    severity="warning",
    clauses=("life.fresh", "success.trust"),
    over=lambda graph: [document for document in graph.governed if document.header.last_reviewed],
    why="Systems change faster than pages. Past the interval nobody can vouch that the hosts, the "
    "commands and the thresholds on the page still exist.",
    bad=page(header={"last-reviewed": "2025-01-15"}, note="Today is 2026-11-23."),
    good=page(
        header={"last-reviewed": "2026-11-23"},
        note="Read the page against the running system, then enter the date:",
    ),
    options=("classes.<name>.review_interval",),
    scope="page",
    comes_with_time=True,
)
def review_overdue(document: GovernedDocument, context: Context) -> Iterator[Fault]:
    """The last review is not older than the review interval.

    The interval is that of the header field ``review-interval``, else that of the class; 0 means
    never. Archived documents have none. A review date in the future is reported too, since it would
    hide every review that is missed until then.
    """
    remedy = f'review the page, then run "opsdocs reviewed {document.facts.docname}"'
    header, interval = document.header, document.review_interval
    date = Value(header.last_reviewed, header.place_of("last-reviewed"))
    yield from interval_faults(document, context, date, "last-reviewed", interval, remedy)
