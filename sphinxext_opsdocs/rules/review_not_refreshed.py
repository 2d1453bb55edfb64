"""A page that changed was reviewed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sphinxext_opsdocs.config.globs import glob_matches, path_glob
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.review.change_set import ChangeSet, PageChange
from sphinxext_opsdocs.rules._support.change_examples import page_after, page_before, reviewed
from sphinxext_opsdocs.rules._support.changes import (
    change_sets,
    changed_pages,
    headers,
    kept_pages,
    needs_field,
)
from sphinxext_opsdocs.rules._support.headers import header_place
from sphinxext_opsdocs.rules.engine.base import Context, rule


def _to_review(graph: TraceabilityGraph) -> Iterable[tuple[PageChange, str]]:
    """The pages to review, each with the path whose change asks for it; empty for its own text."""
    for change in changed_pages(graph):
        yield change, ""
    for changes in change_sets(graph):
        for change in kept_pages(graph):
            path = _watched_path(change, changes)
            if path:
                yield change, path


def _watched_path(change: PageChange, changes: ChangeSet) -> str:
    """The first changed path that the page watches; empty for none."""
    old, new = headers(change)
    # both headers, so that a change cannot remove the path that it would have to answer for
    names = dict.fromkeys((*old.reviews_when, *new.reviews_when))
    globs = tuple(map(path_glob, names))
    # a page that watches its own folder would ask for a review after each of its own changes
    own = f"{changes.folder}{change.facts.path}"
    paths = (path for path in changes.paths if path != own and glob_matches(path, globs))
    return next(paths, "")


@rule(
    severity="warning",
    clauses=("life.fresh",),
    over=_to_review,
    why="The review date vouches for the text. After the change it vouches for steps, or for a "
    "script, that the reviewer has never seen.",
    bad=reviewed(
        "The text of ``ops/page`` changed. ``last-reviewed`` is 2026-11-02 at the base and now.",
        page_before(),
        after={"ops/page": page_after(last_reviewed="2026-11-02")},
    ),
    good=reviewed(
        "The same change, reviewed: ``last-reviewed`` is 2026-11-20. ``opsdocs change ops/page "
        "--reviewed`` sets it to today.",
        page_before(),
        after={"ops/page": page_after()},
    ),
    scope="page",
    is_review=True,
)
def review_not_refreshed(subject: tuple[PageChange, str], context: Context) -> Iterator[Fault]:
    """A page was reviewed when its meaning changed, or a path in its ``reviews-when``.

    ``last-reviewed`` is then later than at the base, or today. A change that ``editorial`` declares
    needs no review.
    """
    change, path = subject
    if not needs_field(change, "last-reviewed", context.graph):
        return
    old, new = headers(change)
    # ISO dates sort as text; today counts for a page that was reviewed earlier on the same day
    if new.last_reviewed > old.last_reviewed or new.last_reviewed == str(context.today):
        return
    cause = f'"{path}" (reviews-when)' if path else "the text"
    yield Fault(
        f"{cause} changed after the last review ({new.last_reviewed or 'never'}); review the page "
        f'and run "opsdocs reviewed {change.facts.docname}"',
        header_place(change.facts, "last-reviewed"),
        change.facts.docname,
        f"review {path}".strip(),
    )
