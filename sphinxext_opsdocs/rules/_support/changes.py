"""What rules on change sets have in common."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec.structs import replace

from sphinxext_opsdocs.config.classes import SPECIFICATION
from sphinxext_opsdocs.config.schema import Config, ReviewSettings
from sphinxext_opsdocs.facts.model import Change, Deviation, DocumentFacts, Header, Place, Section
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.graph.inputs import Inputs
from sphinxext_opsdocs.review.change_set import ChangeSet, PageChange, change_set

__all__ = [
    "became",
    "changed_pages",
    "changed_set",
    "header_place",
    "headers",
    "is_editorial",
    "is_operational",
    "kept_pages",
    "one",
    "unplanned",
    "was",
]

NOWHERE = Place("ops/page", 1)


def one(graph: TraceabilityGraph) -> Iterable[ChangeSet]:
    """The change set that is reviewed, if one is."""
    return () if graph.inputs.change_set is None else (graph.inputs.change_set,)


def kept_pages(graph: TraceabilityGraph) -> Iterable[PageChange]:
    """The governed pages that were there before and are there now."""
    for changes in one(graph):
        for page in changes.pages:
            if page.old and page.new and page.old.header and page.new.header:
                yield page


def changed_pages(graph: TraceabilityGraph) -> Iterable[PageChange]:
    """Those of them that say something else, and do not say that the change is editorial."""
    for page in kept_pages(graph):
        if page.has_new_meaning and not is_editorial(page):
            yield page


def is_editorial(page: PageChange) -> bool:
    """Whether a change is declared to be one of writing only, with words that are new."""
    old, new = headers(page)
    return bool(new.editorial) and new.editorial != old.editorial


def headers(page: PageChange) -> tuple[Header, Header]:
    """The headers of a governed page before and after."""
    assert page.old and page.new and page.old.header and page.new.header
    return page.old.header, page.new.header


def is_operational(page: PageChange) -> bool:
    """Whether a page was governed and no specification, or, if it was not there, is so now."""
    found = [facts.header for facts in (page.old, page.new) if facts and facts.header]
    return bool(found) and found[0].document_class != SPECIFICATION


def _has_plan(changes: ChangeSet) -> bool:
    """Whether a page names the plan that the change follows, with words that are new."""
    for page in changes.pages:
        new = page.new.header if page.new else None
        old = page.old.header if page.old else None
        if (
            new
            and new.restructure_plan
            and not (old and old.restructure_plan == new.restructure_plan)
        ):
            return True
    return False


def unplanned(
    changes: ChangeSet, pages: Sequence[PageChange], limit: int, what: str, key: str
) -> Iterator[Fault]:
    """A fault on the first page where more are concerned than the limit, and no plan is named."""
    if limit and len(pages) > limit and not _has_plan(changes):
        first = pages[0].facts
        yield Fault(f"{len(pages)} pages {what}", header_place(first), first.docname, key)


def header_place(facts: DocumentFacts, *names: str) -> Place:
    """Where a field of the header stands, or the page starts."""
    return facts.header.place_of(*names) if facts.header else Place(facts.path, 1)


# Examples: the page as it was


def was(
    text: str = "other",
    docname: str = "ops/page",
    deviations: tuple[Deviation, ...] = (),
    **fields: str,
) -> DocumentFacts:
    """A page of the base whose text is another than that of the example page."""
    given = {"document_class": "runbook", "owner": "team-orders", "status": "Canonical"}
    dates = {"version": "2.1", "last_reviewed": "2026-11-02"}
    header = Header(NOWHERE, **(given | dates | fields))  # type: ignore[arg-type]
    section = Section("Mitigation", ("mitigation",), "", NOWHERE, words=text, digest=text)
    return DocumentFacts(
        docname, docname, header=header, sections=(section,), deviations=deviations
    )


def became(docname: str = "ops/page", explains: bool = True, **fields: str) -> DocumentFacts:
    """The same page with another text: as it has to be, less what ``fields`` say."""
    sound = {"version": "2.2", "last_reviewed": "2026-11-20"} | fields
    why = {"why": "a new step", "what": "Added it."} if explains else {}
    entry = Change(sound["version"], NOWHERE, **why)
    return replace(was("changed", docname, **sound), changes=(entry,))  # type: ignore[arg-type]


def changed_set(
    *pages: DocumentFacts, after: Mapping[str, DocumentFacts] | None = None, **review: object
) -> Inputs:
    """A review of these pages of the base; those of now are ``after``, else the same ones."""
    before = {page.docname: page for page in pages}
    now = before if after is None else after
    config = Config(review=ReviewSettings(**review))  # type: ignore[arg-type]
    return Inputs(change_set=change_set("main", before, now, (Config(), config), ()))
