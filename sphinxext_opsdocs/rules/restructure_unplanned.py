"""A restructure follows a plan."""

from __future__ import annotations

from collections.abc import Iterator

from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.review.change_set import ChangeSet
from sphinxext_opsdocs.rules._support.changes import (
    changed_set,
    is_operational,
    one,
    unplanned,
    was,
)
from sphinxext_opsdocs.rules.engine.base import Context, page, rule

BEFORE = [was(docname=f"ops/page{number}") for number in range(5)]


@rule(
    severity="warning",
    clauses=("review.restructure",),
    over=one,
    bad=page(inputs=changed_set(*BEFORE, after={})),
    good=page(inputs=changed_set(*BEFORE)),
    is_review=True,
)
def restructure_unplanned(changes: ChangeSet, context: Context) -> Iterator[Fault]:
    """At most ``review.max_restructured`` operational pages move, split or go in one change set.

    A page is split when sections of it make up half of a new one. More of them have a plan: a page
    names it in ``restructure-plan``, with words that are new there.
    """
    limit = context.graph.config.review.max_restructured
    split = {page.facts.docname for page, _ in changes.split}
    pages = [
        page
        for page in changes.pages
        if is_operational(page)
        and (page.new is None or page.is_renamed or page.facts.docname in split)
    ]
    what = (
        f"moved, were split or went since {changes.base}, and the limit is {limit}; name the plan "
        "in restructure-plan"
    )
    yield from unplanned(changes, pages, limit, what, "restructure_unplanned")
