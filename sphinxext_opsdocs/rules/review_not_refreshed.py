"""A page that changed was reviewed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sphinxext_opsdocs.config.globs import glob_matches
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.review.change_set import PageChange
from sphinxext_opsdocs.rules._support.changes import (
    became,
    changed_pages,
    changed_set,
    header_place,
    headers,
    kept_pages,
    one,
    was,
)
from sphinxext_opsdocs.rules.engine.base import Context, page, rule


def _to_review(graph: TraceabilityGraph) -> Iterable[tuple[PageChange, str]]:
    for change in changed_pages(graph):
        yield change, ""
    for changes in one(graph):
        for change in kept_pages(graph):
            old, new = headers(change)
            named = dict.fromkeys((*old.reviews_when, *new.reviews_when))
            globs = tuple(f"{name}**" if name.endswith("/") else name for name in named)
            own = f"{changes.folder}{change.facts.path}"
            paths = (path for path in changes.paths if path != own and glob_matches(path, globs))
            if path := next(paths, ""):
                yield change, path


@rule(
    severity="warning",
    clauses=("life.fresh",),
    over=_to_review,
    bad=page(inputs=changed_set(was(), after={"ops/page": became(last_reviewed="2026-11-02")})),
    good=page(inputs=changed_set(was(), after={"ops/page": became()})),
    is_review=True,
)
def review_not_refreshed(subject: tuple[PageChange, str], context: Context) -> Iterator[Fault]:
    """A page was reviewed when its meaning changed, or a path that it names under ``reviews-when``.

    ``last-reviewed`` is then a later day than at the base, or today. A change of writing asks for
    no review, and is none.
    """
    change, path = subject
    old, new = headers(change)
    if new.last_reviewed <= old.last_reviewed and new.last_reviewed != str(context.today):
        why = f'"{path}" changed, which it names under reviews-when' if path else "its text changed"
        yield Fault(
            f"{why}, and it was last reviewed {new.last_reviewed or 'never'}; review it, and set "
            "last-reviewed",
            header_place(change.facts, "last-reviewed"),
            change.facts.docname,
            f"review {path}".strip(),
        )
