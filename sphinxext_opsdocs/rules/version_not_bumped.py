"""A page that says something else has another version."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sphinxext_opsdocs.facts.model import Place
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.review.change_set import ORDER, PageChange
from sphinxext_opsdocs.rules._support.changes import (
    became,
    changed_pages,
    changed_set,
    header_place,
    headers,
    one,
    was,
)
from sphinxext_opsdocs.rules.engine.base import Context, page, rule


def _to_version(graph: TraceabilityGraph) -> Iterable[PageChange]:
    """The pages that say something else, and those that have lost their header."""
    yield from changed_pages(graph)
    for changes in one(graph):
        for change in changes.pages:
            if change.old and change.old.header and change.new and not change.new.header:
                yield change


@rule(
    severity="warning",
    clauses=("header.version",),
    over=_to_version,
    bad=page(inputs=changed_set(was(), after={"ops/page": became(version="2.1")})),
    good=page(inputs=changed_set(was(), after={"ops/page": became()})),
    is_review=True,
)
def version_not_bumped(change: PageChange, context: Context) -> Iterator[Fault]:
    """A page whose meaning changed has a version that it never had.

    Writing, line breaks, links by another name and the syntax are no change of meaning. A change
    that ``editorial`` declares, with words that are new, needs no version; the review lists it. A
    page that loses its header has no version any more, and is reported too.
    """
    facts = change.facts
    if not facts.header:
        message = "had a header, and has none now: no version, no owner, no review"
        yield Fault(message, Place(facts.path, 1), facts.docname, "header")
        return
    old, new = headers(change)
    had = {old.version, "", *(entry.version for entry in (change.old or facts).changes)}
    if new.version in had:
        what = ", ".join(f'"{title}"' for title in change.changed_sections[:3])
        is_same = new.version == old.version
        still = f"is {'still' if is_same else 'again'} version {new.version or 'none'}"
        yield Fault(
            f"says something else in {what or ORDER}, and {still}; "
            f'"opsdocs change {facts.docname}" bumps it',
            header_place(facts, "version"),
            facts.docname,
            "version",
        )
