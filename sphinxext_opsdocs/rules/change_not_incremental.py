"""Changes come in parts that somebody can review."""

from __future__ import annotations

from collections.abc import Iterator

from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.review.change_set import ChangeSet
from sphinxext_opsdocs.rules._support.change_examples import page_after, page_before, reviewed
from sphinxext_opsdocs.rules._support.changes import (
    change_sets,
    is_operational,
    unplanned_faults,
)
from sphinxext_opsdocs.rules.engine.base import Context, rule

BEFORE = [page_before(docname=f"ops/page{number}") for number in range(11)]
AFTER = {page.docname: page_after(page.docname) for page in BEFORE}


@rule(
    severity="warning",
    clauses=("review.incremental",),
    over=change_sets,
    why="A reviewer who gets thirty changed procedures reads the first five. The wrong command in "
    "the twentieth is left for the person on call.",
    bad=reviewed(
        "The text of 11 operational pages changed, and ``review.max_pages`` is 10.",
        *BEFORE,
        after=AFTER,
    ),
    good=reviewed(
        "Several changes of at most 10 pages each. Where that is not possible, a page names the "
        "plan of the change in ``restructure-plan``.",
        *BEFORE[:3],
        after=dict(list(AFTER.items())[:3]),
    ),
    options=("review.max_pages",),
    scope="page",
    is_review=True,
)
def change_not_incremental(changes: ChangeSet, context: Context) -> Iterator[Fault]:
    """A change set changes the meaning of at most ``review.max_pages`` operational pages.

    A larger one has a plan: a page names it in ``restructure-plan``, with words that are new there.
    """
    limit = context.graph.config.review.max_pages
    pages = [page for page in changes.changed if is_operational(page)]
    message = (
        f"changed in meaning since {changes.base} (limit: {limit}); split the change, or name its "
        "plan in restructure-plan"
    )
    yield from unplanned_faults(changes, pages, limit, message, "change_not_incremental")
