"""Changes come in pieces that somebody can review."""

from __future__ import annotations

from collections.abc import Iterator

from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.review.change_set import ChangeSet
from sphinxext_opsdocs.rules._support.changes import (
    became,
    changed_set,
    is_operational,
    one,
    unplanned,
    was,
)
from sphinxext_opsdocs.rules.engine.base import Context, page, rule

BEFORE = [was(docname=f"ops/page{number}") for number in range(11)]
AFTER = {page.docname: became(page.docname) for page in BEFORE}


@rule(
    severity="warning",
    clauses=("review.incremental",),
    over=one,
    bad=page(inputs=changed_set(*BEFORE, after=AFTER)),
    good=page(inputs=changed_set(*BEFORE[:3], after=dict(list(AFTER.items())[:3]))),
    is_review=True,
)
def change_not_incremental(changes: ChangeSet, context: Context) -> Iterator[Fault]:
    """A change set changes the meaning of at most ``review.max_pages`` operational pages.

    A larger one has a plan: a page names it in ``restructure-plan``, with words that are new there.
    """
    limit = context.graph.config.review.max_pages
    pages = [page for page in changes.changed if is_operational(page)]
    what = (
        f"say something else than at {changes.base}, and the limit is {limit}; split the change, "
        "or name its plan in restructure-plan"
    )
    yield from unplanned(changes, pages, limit, what, "change_not_incremental")
