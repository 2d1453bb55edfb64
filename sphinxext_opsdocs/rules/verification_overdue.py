"""Procedures are tried out in time."""

from collections.abc import Iterator

from sphinxext_opsdocs.config.lifecycle import Lifecycle
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.nodes import GovernedDocument
from sphinxext_opsdocs.rules._support.headers import interval_faults
from sphinxext_opsdocs.rules.engine.base import Context, rule
from sphinxext_opsdocs.rules.engine.examples import page

DRILL = {"classes": {"runbook": {"verification_interval": 180}}}


@rule(
    severity="warning",
    clauses=("life.fresh", "success.recovery"),
    over=lambda graph: [document for document in graph.governed if document.header.last_verified],
    why="A procedure that nobody has run for a year is tested for the first time during the "
    "outage, where a missing permission or a renamed tool costs hours.",
    bad=page(header={"last-verified": "2025-01-15"}, config=DRILL, note="Today is 2026-11-23."),
    good=page(
        header={"last-verified": "2026-11-20"},
        config=DRILL,
        note="Run a drill, then enter its date:",
    ),
    options=("classes.<name>.verification_interval",),
    scope="page",
)
def verification_overdue(document: GovernedDocument, context: Context) -> Iterator[Fault]:
    """The last drill or real run is not older than the class allows.

    Every class that people follow in a deployment, an incident or a recovery has a
    ``verification_interval``. A document without ``last-verified`` is not checked until a team
    makes that a required field. Archived documents have no interval.
    """
    document_class = document.document_class
    interval = 0
    if document_class and document.header.status != Lifecycle.ARCHIVED:
        interval = document_class.verification_interval
    remedy = "run a drill and set last-verified"
    yield from interval_faults(document, context, "last-verified", interval, remedy)
