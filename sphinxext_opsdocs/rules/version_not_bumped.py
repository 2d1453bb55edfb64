"""A page that says something else has another version."""

from __future__ import annotations

from collections.abc import Iterator

from sphinxext_opsdocs.change_set import PageChange
from sphinxext_opsdocs.findings import Fault
from sphinxext_opsdocs.rules.base import Context, page, rule
from sphinxext_opsdocs.rules.changes import (
    became,
    changed_pages,
    changed_set,
    header_place,
    headers,
    was,
)


@rule(
    severity="warning",
    clauses=("header.version",),
    over=changed_pages,
    bad=page(inputs=changed_set(was(), after={"ops/page": became(version="2.1")})),
    good=page(inputs=changed_set(was(), after={"ops/page": became()})),
    is_review=True,
)
def version_not_bumped(change: PageChange, context: Context) -> Iterator[Fault]:
    """A page whose meaning changed has another version than at the base of the review.

    Writing, line breaks, links by another name and the syntax are no change of meaning. A change
    that ``editorial`` declares, with words that are new, needs no version; the review lists it.
    """
    old, new = headers(change)
    if old.version == new.version:
        what = ", ".join(f'"{title}"' for title in change.changed_sections[:3])
        yield Fault(
            f"says something else in {what or 'its order'}, and is still version "
            f'{new.version or "none"}; "opsdocs change" bumps it',
            header_place(change.facts, "version"),
            change.facts.docname,
            "version",
        )
