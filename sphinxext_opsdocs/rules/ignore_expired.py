"""Exceptions end on their date."""

from collections.abc import Iterable, Iterator

from sphinxext_opsdocs.facts.model import Ignore
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.rules.engine.base import Context, rule
from sphinxext_opsdocs.rules.engine.examples import Block, directive, page

STEP = "Raise the grace period."


def _dated_ignores(graph: TraceabilityGraph) -> Iterable[tuple[str, Ignore]]:
    """Every ignore with an end date, with its docname."""
    for document in graph.documents.values():
        for ignore in document.ignores:
            if ignore.until:
                yield document.docname, ignore


def _ignore(until: str) -> Block:
    reason = "moves into its deviation"
    return directive("opsdocs-ignore", "workaround_misplaced", reason=reason, until=until)


@rule(
    severity="warning",
    clauses=("review.like_code",),
    over=_dated_ignores,
    why="Somebody promised to fix the fault by that date. The exception covers nothing any more, "
    "yet on the page it looks like a permission that is still valid.",
    bad=page(_ignore("2026-06-30"), STEP, note="Today is 2026-11-23."),
    good=page(
        STEP, note="Fix the fault and remove the exception, or give it a new date and reason."
    ),
    scope="page",
    comes_with_time=True,
)
def ignore_expired(subject: tuple[str, Ignore], context: Context) -> Iterator[Fault]:
    """An ``opsdocs-ignore`` with an end date is removed or renewed when the date has passed.

    From the next day on it covers nothing.
    """
    docname, ignore = subject
    # the end date is the last day on which the exception holds
    if context.days_since(ignore.until) > 0:
        yield Fault(
            f"this exception ended on {ignore.until}; remove it, or give a new reason and date",
            ignore.place,
            docname,
            ",".join(ignore.rules),
        )
