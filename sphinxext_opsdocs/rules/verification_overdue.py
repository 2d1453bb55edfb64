"""Procedures are tried out in time."""

from collections.abc import Iterator

from sphinxext_opsdocs.facts.model import Value
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.nodes import GovernedDocument
from sphinxext_opsdocs.rules._support.headers import interval_faults
from sphinxext_opsdocs.rules.engine.base import Context, rule
from sphinxext_opsdocs.rules.engine.examples import page

DRILL = {"classes": {"runbook": {"verification_interval": 180}}}


@rule(
    severity="warning",
    clauses=("life.fresh", "success.recovery"),
    over=lambda graph: [
        document
        for document in graph.governed
        if document.last_verified or document.facts.verifications
    ],
    why="A procedure that nobody has run for a year is tested for the first time during the "
    "outage, where a missing permission or a renamed tool costs hours.",
    bad=page(header={"last-verified": "2025-01-15"}, config=DRILL, note="Today is 2026-11-23."),
    good=page(
        header={"last-verified": "2026-11-20"},
        config=DRILL,
        note="Run a drill, then record it:",
    ),
    options=("classes.<name>.verification_interval",),
    scope="page",
    comes_with_time=True,
)
def verification_overdue(document: GovernedDocument, context: Context) -> Iterator[Fault]:
    """The last drill or real run that passed is not older than the class allows.

    Every class that people follow in a deployment, an incident or a recovery has a
    ``verification_interval``. The newest ``verification`` that passed counts, and on a page without
    records the header field ``last-verified``. A document with neither is not checked until a team
    makes ``last-verified`` a required field. Archived documents have no interval.
    """
    header, interval = document.header, document.verification_interval
    remedy = 'run a drill and record it with "opsdocs verified"'
    for other in document.facts.verifications:
        if other is not document.last_pass and other.date and context.days_ahead(other.date):
            date = Value(other.date, other.place)
            yield from interval_faults(document, context, date, "a verification", 0, remedy)
    if record := document.last_pass:
        date = Value(record.date, record.place)
        yield from interval_faults(document, context, date, "last-verified", interval, remedy)
    elif header.last_verified:
        date = Value(header.last_verified, header.place_of("last-verified"))
        yield from interval_faults(document, context, date, "last-verified", interval, remedy)
    elif interval and (last := document.last_record):
        yield Fault(
            f"no verification has passed yet (last: {last.result or 'no result'} on {last.date}); "
            "correct the page and repeat it",
            last.place,
            document.facts.docname,
            "none",
        )
