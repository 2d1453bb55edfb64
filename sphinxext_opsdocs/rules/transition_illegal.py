"""A page goes through its life in order."""

from __future__ import annotations

from collections.abc import Iterator

from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.review.change_set import PageChange
from sphinxext_opsdocs.rules._support.changes import (
    changed_set,
    header_place,
    headers,
    kept_pages,
    was,
)
from sphinxext_opsdocs.rules.engine.base import Context, page, rule

ALLOWED = {
    "Draft": ("Canonical", "Archived"),
    "Canonical": ("Deprecated",),
    "Deprecated": ("Archived", "Canonical"),
    "Archived": (),
}


@rule(
    severity="error",
    clauses=("life.transitions",),
    over=kept_pages,
    bad=page(inputs=changed_set(was(status="Archived"), after={"ops/page": was()})),
    good=page(inputs=changed_set(was(status="Draft"), after={"ops/page": was()})),
    is_review=True,
)
def transition_illegal(change: PageChange, context: Context) -> Iterator[Fault]:
    """The status of a page changes as its life goes: Draft, Canonical, Deprecated, Archived.

    The ways aside: a Draft that comes to nothing is Archived, and a Deprecated page is Canonical
    again when its successor did not hold. Nothing comes back from Archived: what is needed again
    starts as a Draft of its own.
    """
    old, new = headers(change)
    if old.status and new.status and new.status not in (old.status, *ALLOWED[old.status]):
        yield Fault(
            f"goes from {old.status} to {new.status}; allowed: "
            f"{' or '.join(ALLOWED[old.status]) or 'nothing else'}",
            header_place(change.facts, "status"),
            change.facts.docname,
            f"{old.status} {new.status}",
        )
