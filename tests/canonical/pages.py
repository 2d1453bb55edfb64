"""Pages of specifications, built by hand."""

from __future__ import annotations

from sphinxext_opsdocs.canonical.section import (
    PROJECT,
    CanonicalEntry,
    CanonicalPage,
    SourceKind,
)
from sphinxext_opsdocs.canonical.source_sections import SourcePages
from sphinxext_opsdocs.facts.model import Label


def entry(anchor: str, label: str = "", parent: str = "", words: str = "") -> CanonicalEntry:
    """A section; its digest is its text, so that a test can read it."""
    return CanonicalEntry(
        title=anchor.replace("-", " ").capitalize(),
        anchors=(anchor,),
        label=label,
        parent=parent,
        words=words,
        digest=words and f"digest of {words}",
    )


def page(docname: str, *sections: CanonicalEntry, labels: tuple[Label, ...] = ()) -> CanonicalPage:
    return CanonicalPage(
        docname=docname,
        title=docname.rpartition("/")[2].capitalize(),
        url=f"{docname}.html",
        path=f"{docname}.rst",
        status="Canonical",
        sections=sections,
        labels=labels,
    )


def source(
    *pages: CanonicalPage,
    kind: SourceKind = PROJECT,
    redirects: dict[str, str] | None = None,
    base_url: str = "",
) -> SourcePages:
    return SourcePages(kind, pages, redirects or {}, base_url)
