"""Examples of changes: facts of pages at the base and now, without any page to show."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from sphinxext_opsdocs.config.schema import Config, ReviewSettings
from sphinxext_opsdocs.facts.model import Change, Deviation, DocumentFacts, Header, Place, Section
from sphinxext_opsdocs.graph.inputs import Inputs
from sphinxext_opsdocs.review.authors import PageHistory
from sphinxext_opsdocs.review.change_set import compare_documents
from sphinxext_opsdocs.rules.engine.examples import HEADER, Example, page

__all__ = ["page_after", "page_before", "reviewed"]

NOWHERE = Place("ops/page", 1)


def reviewed(
    note: str,
    *before: DocumentFacts,
    after: Mapping[str, DocumentFacts] | None = None,
    config: Config | None = None,
    histories: Mapping[str, PageHistory] | None = None,
    **review: object,
) -> Example:
    """Return a change of these pages of the base; those of now are ``after``, else the same.

    ``note`` says it in words, ``config`` is that of the base. Further arguments are options of
    ``[review]``.
    """
    old = {facts.docname: facts for facts in before}
    new = old if after is None else after
    base = config or Config()
    now = replace(base, review=ReviewSettings(**review))  # type: ignore[arg-type]
    changes = compare_documents("main", old, new, (base, now), ())
    changes = replace(changes, histories=histories or {})
    return page(inputs=Inputs(change_set=changes), note=note)


def page_before(
    text: str = "other",
    docname: str = "ops/page",
    deviations: tuple[Deviation, ...] = (),
    **fields: str,
) -> DocumentFacts:
    """Return a page of the base, with fields of its header changed."""
    sound = {
        "document_class": HEADER["class"],
        "status": HEADER["status"],
        "version": HEADER["version"],
        "last_reviewed": HEADER["last-reviewed"],
    }
    header = Header(NOWHERE, owners=(HEADER["owner"],), **(sound | fields))  # type: ignore[arg-type]
    section = Section("Mitigation", ("mitigation",), "", NOWHERE, words=text, digest=text)
    return DocumentFacts(
        docname, docname, header=header, sections=(section,), deviations=deviations
    )


def page_after(
    docname: str = "ops/page", is_explained: bool = True, **fields: str
) -> DocumentFacts:
    """Return the page with another text, changed as it must be except for ``fields``."""
    sound = {"version": "2.2", "last_reviewed": "2026-11-20"} | fields
    entry = Change(sound["version"], NOWHERE)
    if is_explained:
        entry = Change(sound["version"], NOWHERE, why="a new step", what="Added it.")
    facts = page_before("changed", docname, **sound)  # type: ignore[arg-type]
    return replace(facts, changes=(entry,))
