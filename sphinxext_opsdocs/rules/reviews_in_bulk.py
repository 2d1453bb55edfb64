"""Pages are read one by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.review.change_set import PageChange
from sphinxext_opsdocs.rules._support.change_examples import page_before, reviewed
from sphinxext_opsdocs.rules._support.changes import change_sets, headers, is_editorial, kept_pages
from sphinxext_opsdocs.rules._support.headers import header_place
from sphinxext_opsdocs.rules.engine.base import Context, rule

NAMES = ("ops/page", *(f"ops/other-{number}" for number in range(5)))
BEFORE = [page_before(docname=name) for name in NAMES]
READ_TODAY = {name: page_before(docname=name, last_reviewed="2026-11-20") for name in NAMES}


def _dated_pages(graph: TraceabilityGraph) -> Iterable[Sequence[PageChange]]:
    """The pages of a change set of which nothing but the day of the review changed."""
    if any(change_sets(graph)):
        yield [page for page in kept_pages(graph) if _is_only_dated(page)]


def _is_only_dated(page: PageChange) -> bool:
    old, new = headers(page)
    is_changed = page.has_new_meaning and not is_editorial(page)
    return new.last_reviewed > old.last_reviewed and not is_changed


@rule(
    severity="warning",
    clauses=("life.fresh",),
    over=_dated_pages,
    why="Nobody reads twelve pages in a minute. Dates that move together tell readers that "
    "somebody has checked the steps, which is not so.",
    bad=reviewed(
        "``last-reviewed`` moved on six pages, of which nothing else changed.",
        *BEFORE,
        after=READ_TODAY,
    ),
    good=reviewed(
        "It moved on ``ops/page`` alone.",
        *BEFORE[:1],
        after={"ops/page": READ_TODAY["ops/page"]},
    ),
    options=("review.max_reviewed",),
    scope="page",
    is_review=True,
)
def reviews_in_bulk(pages: Sequence[PageChange], context: Context) -> Iterator[Fault]:
    """``last-reviewed`` changes on few pages whose text stays: ``review.max_reviewed`` at most.

    A page whose text changed is not counted. The limit is that of the base.
    """
    limit = context.graph.config.review.max_reviewed
    if limit and len(pages) > limit:
        first = pages[0].facts
        yield Fault(
            f"last-reviewed changed on {len(pages)} pages whose text did not change (limit: "
            f"{limit}); review each page in its own change",
            header_place(first, "last-reviewed"),
            first.docname,
            "reviews",
        )
