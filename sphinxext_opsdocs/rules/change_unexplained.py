"""A new version says what changed, and why."""

from __future__ import annotations

from collections.abc import Iterator

from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.review.change_set import PageChange
from sphinxext_opsdocs.rules._support.changes import (
    became,
    changed_set,
    header_place,
    headers,
    kept_pages,
    was,
)
from sphinxext_opsdocs.rules.engine.base import Context, page, rule


@rule(
    severity="warning",
    clauses=("review.what_why",),
    over=kept_pages,
    bad=page(inputs=changed_set(was(), after={"ops/page": became(explains=False)})),
    good=page(inputs=changed_set(was(), after={"ops/page": became()})),
    is_review=True,
)
def change_unexplained(change: PageChange, context: Context) -> Iterator[Fault]:
    """A page with a new version has a ``document-change`` for it, with what changed and why."""
    old, new = headers(change)
    if not new.version or new.version == old.version:
        return
    entries = [entry for entry in change.facts.changes if entry.version == new.version]
    if not any(entry.is_said for entry in entries):
        told = "say there what changed, and why" if entries else '"opsdocs change" starts one'
        lacks = "a document-change that is not filled in" if entries else "no document-change"
        yield Fault(
            f"version {new.version} has {lacks}; {told}",
            entries[0].place if entries else header_place(change.facts, "version"),
            change.facts.docname,
            f"change {new.version}",
        )
