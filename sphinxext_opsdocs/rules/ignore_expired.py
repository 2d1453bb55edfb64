"""Exceptions end when they were to end."""

from collections.abc import Iterable, Iterator

from sphinxext_opsdocs.facts.model import Ignore
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.rules.engine.base import Block, Context, directive, page, rule


def dated_ignores(graph: TraceabilityGraph) -> Iterable[tuple[str, Ignore]]:
    """Every ignore with an end date, with its docname."""
    for document in graph.documents.values():
        for ignore in document.ignores:
            if ignore.until:
                yield document.docname, ignore


def _ignoring(until: str) -> Block:
    return directive(
        "opsdocs-ignore", "workaround_misplaced", reason="moves next week", until=until
    )


@rule(
    severity="warning",
    clauses=("review.like_code",),
    over=dated_ignores,
    bad=page(_ignoring("2026-06-30"), "Stop new traffic."),
    good=page(_ignoring("2027-06-30"), directive("workaround", "", "Raise the grace period.")),
)
def ignore_expired(subject: tuple[str, Ignore], context: Context) -> Iterator[Fault]:
    """An ``opsdocs-ignore`` with an end date is removed or renewed when the date has passed.

    From then on it covers nothing.
    """
    docname, ignore = subject
    if context.days_since(ignore.until) > 0:
        yield Fault(
            f"this exception ended {ignore.until}; remove it, or give a new reason and date",
            ignore.place,
            docname,
            ",".join(ignore.rules),
        )
