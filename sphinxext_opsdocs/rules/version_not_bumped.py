"""A page that changed in meaning has another version."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sphinxext_opsdocs.facts.model import Place
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.review.change_set import ORDER_CHANGE, PageChange
from sphinxext_opsdocs.rules._support.change_examples import page_after, page_before, reviewed
from sphinxext_opsdocs.rules._support.changes import (
    change_sets,
    changed_pages,
    headers,
    needs_field,
)
from sphinxext_opsdocs.rules._support.headers import header_place
from sphinxext_opsdocs.rules.engine.base import Context, rule


def _versioned_changes(graph: TraceabilityGraph) -> Iterable[PageChange]:
    """The pages whose meaning changed, and those that lost their header."""
    yield from changed_pages(graph)
    for changes in change_sets(graph):
        for change in changes.pages:
            if change.old and change.old.header and change.new and not change.new.header:
                yield change


@rule(
    severity="warning",
    clauses=("header.version",),
    over=_versioned_changes,
    why="Two people can have different procedures under one version number, and after the incident "
    "nobody can say which of them was followed.",
    bad=reviewed(
        'The text of section "Mitigation" of ``ops/page`` changed. The header has ``version: 2.1`` '
        "at the base and now.",
        page_before(),
        after={"ops/page": page_after(version="2.1")},
    ),
    good=reviewed(
        "The same change with ``version: 2.2``. ``opsdocs change ops/page`` raises the version and "
        "starts the entry that explains it.",
        page_before(),
        after={"ops/page": page_after()},
    ),
    scope="page",
    is_review=True,
)
def version_not_bumped(change: PageChange, context: Context) -> Iterator[Fault]:
    """A page whose meaning changed has a version that it never had.

    Wrapping, markup, the syntax and links by another name do not change the meaning. A change that
    ``editorial`` declares, in words that are new, needs no version; the review lists it. A page
    that loses its header loses its version too, and is reported.
    """
    facts = change.facts
    # otherwise a change could leave all of these rules by removing the header
    if not facts.header:
        message = "the header was removed, and with it version, owner and review date; restore it"
        yield Fault(message, Place(facts.path, 1), facts.docname, "header")
        return
    if not needs_field(change, "version", context.graph):
        return
    old, new = headers(change)
    # the history counts: an edit may not go back to the number of an earlier text either
    used = {old.version, "", *(entry.version for entry in (change.old or facts).changes)}
    if new.version in used:
        yield Fault(
            f"{_changed_text(change)} changed, but {_same_version(old.version, new.version)}; run "
            f'"opsdocs change {facts.docname} --why ... --what ..."',
            header_place(facts, "version"),
            facts.docname,
            "version",
        )


def _changed_text(change: PageChange) -> str:
    titles = [f'"{title}"' for title in change.changed_sections[:3]]
    return ", ".join(titles) or ORDER_CHANGE


def _same_version(old: str, new: str) -> str:
    if not new:
        return "the header has no version"
    return f"the version is still {new}" if new == old else f"the version is {new} again"
