"""A new version says what changed, and why."""

from __future__ import annotations

from collections.abc import Iterator

from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.review.change_set import PageChange
from sphinxext_opsdocs.rules._support.change_examples import page_after, page_before, reviewed
from sphinxext_opsdocs.rules._support.changes import headers, kept_pages
from sphinxext_opsdocs.rules._support.headers import header_place
from sphinxext_opsdocs.rules.engine.base import Context, rule


@rule(
    severity="warning",
    clauses=("review.what_why",),
    over=kept_pages,
    why="The next reader sees that a step changed but not why, and undoes the fix for last month's "
    "outage because it looks like a detour.",
    bad=reviewed(
        "The version of ``ops/page`` changed from 2.1 to 2.2, and the page has no "
        "``document-change`` for 2.2.",
        page_before(),
        after={"ops/page": page_after(is_explained=False)},
    ),
    good=reviewed(
        "The same change with a ``document-change`` for 2.2 that has a date, ``why`` and a text. "
        "``opsdocs change ops/page`` starts one.",
        page_before(),
        after={"ops/page": page_after()},
    ),
    scope="page",
    is_review=True,
)
def change_unexplained(change: PageChange, context: Context) -> Iterator[Fault]:
    """A page with a new version has a ``document-change`` for it, with what changed and why.

    One that still contains TODO, TBD or the like does not count.
    """
    old, new = headers(change)
    if not new.version or new.version == old.version:
        return
    facts = change.facts
    entries = [entry for entry in facts.changes if entry.version == new.version]
    if any(entry.is_explained for entry in entries):
        return
    message = (
        f"version {new.version} has no document-change; "
        f'"opsdocs change {change.facts.docname}" starts one'
    )
    place = header_place(facts, "version")
    if entries:
        message = (
            f"the document-change of version {new.version} is not filled in; write what changed, "
            "and why"
        )
        place = entries[0].place
    yield Fault(message, place, facts.docname, f"change {new.version}")
