"""A page goes through its lifecycle in order."""

from __future__ import annotations

from collections.abc import Iterator

from sphinxext_opsdocs.config.lifecycle import Lifecycle
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.review.change_set import PageChange
from sphinxext_opsdocs.rules._support.change_examples import page_before, reviewed
from sphinxext_opsdocs.rules._support.changes import headers, kept_pages
from sphinxext_opsdocs.rules._support.headers import header_place
from sphinxext_opsdocs.rules.engine.base import Context, rule

ALLOWED: dict[str, tuple[str, ...]] = {
    Lifecycle.DRAFT: (Lifecycle.CANONICAL, Lifecycle.ARCHIVED),
    Lifecycle.CANONICAL: (Lifecycle.DEPRECATED,),
    # back again where the successor turns out not to work
    Lifecycle.DEPRECATED: (Lifecycle.ARCHIVED, Lifecycle.CANONICAL),
    Lifecycle.ARCHIVED: (),
}


@rule(
    severity="error",
    clauses=("life.transitions",),
    over=kept_pages,
    why="A page that skips Deprecated disappears without a notice to its readers; one that comes "
    "back from Archived brings commands that were taken out of use for a reason.",
    bad=reviewed(
        "The status of ``ops/page`` changed from Archived to Canonical.",
        page_before(status="Archived"),
        after={"ops/page": page_before()},
    ),
    good=reviewed(
        "Start a new page with the status Draft, and make that Canonical when it is reviewed.",
        page_before(status="Draft"),
        after={"ops/page": page_before()},
    ),
    scope="page",
    is_review=True,
)
def transition_illegal(change: PageChange, context: Context) -> Iterator[Fault]:
    """The status of a page changes in order: Draft, Canonical, Deprecated, Archived.

    Two further changes are allowed: a Draft that nobody finishes becomes Archived, and a Deprecated
    page Canonical again when its successor does not work. An Archived page stays so; what is needed
    again starts as a new Draft.
    """
    old, new = headers(change)
    if not (old.status and new.status) or new.status in (old.status, *ALLOWED[old.status]):
        return
    message = f"status changed from {old.status} to {new.status}; "
    if ALLOWED[old.status]:
        message += f"it may only become {' or '.join(ALLOWED[old.status])}"
    else:
        message += "start a new page as Draft instead"
    yield Fault(
        message,
        header_place(change.facts, "status"),
        change.facts.docname,
        f"{old.status} {new.status}",
    )
