"""A restructure follows a plan."""

from __future__ import annotations

from collections.abc import Iterator

from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.review.change_set import ChangeSet
from sphinxext_opsdocs.rules._support.change_examples import page_before, reviewed
from sphinxext_opsdocs.rules._support.changes import (
    change_sets,
    is_operational,
    unplanned_faults,
)
from sphinxext_opsdocs.rules.engine.base import Context, rule

BEFORE = [page_before(docname=f"ops/page{number}") for number in range(5)]


@rule(
    severity="warning",
    clauses=("review.restructure",),
    over=change_sets,
    why="Bookmarks, alerts and habits lead to the old pages. When many of them move on one day and "
    "nobody prepared it, people look for their runbook during the incident.",
    bad=reviewed(
        "5 operational pages were removed, and ``review.max_restructured`` is 3.",
        *BEFORE,
        after={},
    ),
    good=reviewed(
        "Write a plan, and name it in the header of a page that the change touches: "
        "``restructure-plan``, in words that are new there.",
        *BEFORE,
    ),
    options=("review.max_restructured",),
    scope="page",
    is_review=True,
)
def restructure_unplanned(changes: ChangeSet, context: Context) -> Iterator[Fault]:
    """At most ``review.max_restructured`` operational pages are moved, split or removed at once.

    A page is split when its sections make up half of a new one. A larger change has a plan: a page
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
    message = (
        f"were moved, split or removed since {changes.base} (limit: {limit}); name the plan in "
        "restructure-plan"
    )
    yield from unplanned_faults(changes, pages, limit, message, "restructure_unplanned")
