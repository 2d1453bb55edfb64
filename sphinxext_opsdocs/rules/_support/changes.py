"""What rules on change sets share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from sphinxext_opsdocs.config.classes import REQUIRED_FIELDS, SPECIFICATION
from sphinxext_opsdocs.config.schema import Config
from sphinxext_opsdocs.facts.model import Header
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.review.change_set import ChangeSet, PageChange
from sphinxext_opsdocs.rules._support.headers import header_place

__all__ = [
    "change_sets",
    "changed_pages",
    "headers",
    "is_editorial",
    "is_operational",
    "judging_config",
    "kept_pages",
    "needs_field",
    "unplanned_faults",
]


def change_sets(graph: TraceabilityGraph) -> Iterable[ChangeSet]:
    """The change set under review; none in a build or check, which has a single revision."""
    return () if graph.inputs.change_set is None else (graph.inputs.change_set,)


def kept_pages(graph: TraceabilityGraph) -> Iterable[PageChange]:
    """The pages that are governed in both revisions."""
    for changes in change_sets(graph):
        for page in changes.pages:
            if page.old and page.new and page.old.header and page.new.header:
                yield page


def changed_pages(graph: TraceabilityGraph) -> Iterable[PageChange]:
    """Those of them whose meaning changed, less changes that are declared editorial."""
    for page in kept_pages(graph):
        if page.has_new_meaning and not is_editorial(page):
            yield page


def headers(page: PageChange) -> tuple[Header, Header]:
    """The headers of a page that is governed in both revisions: at the base, and now."""
    assert page.old and page.new and page.old.header and page.new.header
    return page.old.header, page.new.header


def needs_field(page: PageChange, field: str, graph: TraceabilityGraph) -> bool:
    """Whether a page has a field of its header, had it at the base, or is of a class that asks."""
    old, new = headers(page)
    document_class = graph.classes.get(new.document_class)
    required = document_class.required_fields if document_class else REQUIRED_FIELDS
    return field in required or field in old.given or field in new.given


def is_editorial(page: PageChange) -> bool:
    """Whether a page that is governed in both revisions declares its change editorial."""
    # words that the base has already would excuse every later change too
    old, new = (facts.header if facts else None for facts in (page.old, page.new))
    return bool(old and new and new.editorial and new.editorial != old.editorial)


def judging_config(changes: ChangeSet) -> Config:
    """The configuration of the base, by which a change cannot excuse itself, if there was one."""
    return changes.config_before if changes.before else changes.config_after


def is_operational(page: PageChange) -> bool:
    """Whether a page was governed and not a specification; a new page is judged as it is now."""
    revisions = [facts.header for facts in (page.old, page.new) if facts and facts.header]
    # the base decides: otherwise a change could declare its pages specifications and pass
    return bool(revisions) and revisions[0].document_class != SPECIFICATION


def unplanned_faults(
    changes: ChangeSet, pages: Sequence[PageChange], limit: int, message: str, key: str
) -> Iterator[Fault]:
    """Yield one fault, on the first page, where there are more than the limit and no plan.

    ``message`` goes on after the number of pages. A limit of 0 allows any number.
    """
    if limit and len(pages) > limit and not _has_plan(changes):
        # a finding needs a place: GitHub refuses a whole SARIF file for one result without any
        first = pages[0].facts
        yield Fault(f"{len(pages)} pages {message}", header_place(first), first.docname, key)


def _has_plan(changes: ChangeSet) -> bool:
    """Whether the header of a page names a plan that it did not name at the base."""
    return any(
        _plan(page.new.header) not in ("", _plan(page.old.header if page.old else None))
        for page in changes.pages
        if page.new
    )


def _plan(header: Header | None) -> str:
    return header.restructure_plan if header else ""
