"""A deviation stays on record until its issue is closed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sphinxext_opsdocs.facts.model import Deviation, DocumentFacts, Place
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.rules._support.change_examples import page_before, reviewed
from sphinxext_opsdocs.rules._support.changes import change_sets
from sphinxext_opsdocs.rules.engine.base import Context, rule

OPEN = Deviation("DEV-0007", "503 in a drain", Place("ops/page", 9), state="open")
RESOLVED = Deviation("DEV-0007", "503 in a drain", Place("ops/page", 9), state="resolved")
RemovedDeviation = tuple[DocumentFacts, Deviation]


def _removed_deviations(graph: TraceabilityGraph) -> Iterable[RemovedDeviation]:
    """The deviations of the base that are on no page now, each with its page at the base."""
    for changes in change_sets(graph):
        for key, recorded in changes.deviations_before.items():
            if key not in changes.deviations_after:
                yield recorded


@rule(
    severity="error",
    clauses=("deviation.escalated",),
    over=_removed_deviations,
    why="The fault is still there, but the record is not. The next person on call meets it "
    "unprepared, and no age limit reminds anybody of it any more.",
    bad=reviewed(
        "The open deviation DEV-0007 was removed from ``ops/page``.",
        page_before(deviations=(OPEN,)),
        after={"ops/page": page_before()},
    ),
    good=reviewed(
        "The deviation stays on the page as history, with the state ``resolved``: "
        "``opsdocs deviations resolve``.",
        page_before(deviations=(OPEN,)),
        after={"ops/page": page_before(deviations=(RESOLVED,))},
    ),
    scope="page",
    is_review=True,
)
def deviation_vanished(subject: RemovedDeviation, context: Context) -> Iterator[Fault]:
    """A deviation is not removed while its issue is open: it is resolved, and kept as history.

    An open deviation may only be removed when the snapshot of issues says that all of its issues
    are closed.
    """
    facts, deviation = subject
    if not _is_unresolved(context.graph, facts, deviation):
        return
    (changes,) = change_sets(context.graph)
    names = ", ".join(value.text for value in deviation.issues)
    issue = f", but its issue {names} is not known to be closed" if names else ""
    page, remedy = changes.page_now(facts.docname), "put it back and resolve it"
    if page is None:
        page, remedy = facts, "put its page back and resolve it"
    yield Fault(
        f'deviation "{deviation.id}" was removed{issue}; {remedy} with "opsdocs deviations '
        'resolve", which keeps it as history',
        Place(page.path, 1),
        page.docname,
        deviation.id,
    )


def _is_unresolved(graph: TraceabilityGraph, facts: DocumentFacts, deviation: Deviation) -> bool:
    """Whether an issue is open, or the deviation is and nothing says that its issues are closed."""
    issues = [graph.issue_of(facts, deviation, value.text) for value in deviation.issues]
    records = [graph.state_of(issue) for issue in issues]
    states = [record.state if record else "" for record in records]
    if "open" in states:
        return True
    # without a snapshot nothing is known of an issue: the state that the page had counts
    are_closed = bool(states) and set(states) == {"closed"}
    return deviation.state == "open" and not are_closed
