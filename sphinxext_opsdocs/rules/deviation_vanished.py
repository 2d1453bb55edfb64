"""A deviation stays on record until its issue is closed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sphinxext_opsdocs.facts.model import Deviation, DocumentFacts, Place
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.rules._support.changes import changed_set, one, was
from sphinxext_opsdocs.rules.engine.base import Context, page, rule

OPEN = Deviation("DEV-0007", "503 in a drain", Place("ops/page", 9), state="open")
Gone = tuple[DocumentFacts, Deviation]


def _gone(graph: TraceabilityGraph) -> Iterable[Gone]:
    for changes in one(graph):
        now = changes.deviations_after
        yield from (found for key, found in changes.deviations_before.items() if key not in now)


@rule(
    severity="error",
    clauses=("deviation.escalated",),
    over=_gone,
    bad=page(inputs=changed_set(was(deviations=(OPEN,)), after={"ops/page": was()})),
    good=page(inputs=changed_set(was(deviations=(OPEN,)))),
    is_review=True,
)
def deviation_vanished(subject: Gone, context: Context) -> Iterator[Fault]:
    """A deviation does not go while its issue is open: it is resolved first, and kept as history.

    One that was open is reported unless the snapshot of issues says that they are all closed.
    """
    facts, deviation = subject
    graph = context.graph
    issues = [graph.issue_of(facts, deviation, value.text) for value in deviation.issues]
    states = [graph.state_of(issue) for issue in issues]
    are_closed = bool(states) and all(state and state.state == "closed" for state in states)
    is_open = any(state and state.state == "open" for state in states)
    if is_open or (deviation.state == "open" and not are_closed):
        (changes,) = one(graph)
        now = changes.page_now(facts.docname)
        names = ", ".join(value.text for value in deviation.issues)
        tracked = f", and its issue {names} is not known to be closed" if names else ""
        back = "resolve it" if now else "put its page back, and resolve it"
        yield Fault(
            f'deviation "{deviation.id}" is gone{tracked}; {back} with "opsdocs deviations '
            'resolve", which keeps it as history',
            Place(now.path if now else facts.path, 1),
            now.docname if now else facts.docname,
            deviation.id,
        )
