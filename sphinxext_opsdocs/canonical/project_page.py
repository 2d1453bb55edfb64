"""Pages of this project as pages of specifications."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from sphinxext_opsdocs.canonical.section import CanonicalEntry, CanonicalPage
from sphinxext_opsdocs.config.classes import SPECIFICATION
from sphinxext_opsdocs.config.globs import glob_matches
from sphinxext_opsdocs.config.lifecycle import Lifecycle
from sphinxext_opsdocs.config.schema import SpecDomain
from sphinxext_opsdocs.facts.model import DocumentFacts, Header, Place

__all__ = ["canonical_page", "find_aliases", "section_labels"]

NO_HEADER = Header(Place("", 0), document_class=SPECIFICATION)


def section_labels(facts: DocumentFacts) -> dict[str, str]:
    """Return the label directly before each section that has one, by the section's first anchor."""
    first_anchors = {
        anchor: section.anchors[0] for section in facts.sections for anchor in section.anchors
    }
    labels: dict[str, str] = {}
    for label in facts.labels:
        # docutils adds the id of a target before a section to the ids of that section
        if label.anchor in first_anchors:
            labels.setdefault(first_anchors[label.anchor], label.name)
    return labels


def find_aliases(documents: Iterable[DocumentFacts], paths: Sequence[str]) -> Mapping[str, str]:
    """Return the docname of the page that stands for each other page with the same file.

    Releases may share a page by a symbolic link. It is the first one that the first possible glob
    of ``paths`` matches; of several, the one with the shortest name.
    """
    docnames_by_file: dict[str, list[str]] = defaultdict(list)
    for facts in documents:
        docnames_by_file[facts.real_path or facts.path].append(facts.docname)

    def preference(docname: str) -> tuple[int, int, str]:
        ranks = (rank for rank, glob in enumerate(paths) if glob_matches(docname, (glob,)))
        return next(ranks, len(paths)), len(docname), docname

    aliases: dict[str, str] = {}
    for docnames in docnames_by_file.values():
        if len(docnames) > 1:
            first, *others = sorted(docnames, key=preference)
            aliases |= dict.fromkeys(others, first)
    return aliases


def canonical_page(facts: DocumentFacts, spec_domain: SpecDomain) -> CanonicalPage:
    """Return a page of this project as a page of specifications."""
    header = facts.header or NO_HEADER
    labels = section_labels(facts)
    return CanonicalPage(
        docname=facts.docname,
        title=facts.title or facts.docname,
        path=facts.path,
        status=_status(facts.header, spec_domain),
        version=header.version,
        owner=", ".join(header.owners) or spec_domain.owner,
        is_specification=header.document_class == SPECIFICATION,
        sections=(*_sections(facts, labels), *_needs(facts)),
        labels=tuple(label for label in facts.labels if labels.get(label.section) != label.name),
    )


def _status(header: Header | None, spec_domain: SpecDomain) -> str:
    if header is None:
        return spec_domain.default_status or ""
    # a status that is missing or cannot be read is one finding, on its own page: references to
    # the page are not reported as well
    return header.status or Lifecycle.CANONICAL


def _sections(facts: DocumentFacts, labels: dict[str, str]) -> Iterator[CanonicalEntry]:
    for section in facts.sections:
        yield CanonicalEntry(
            title=section.title,
            anchors=section.anchors,
            label=labels.get(section.anchors[0], ""),
            parent=section.parent,
            path=_path_if_included(facts, section.place),
            line=section.place.line,
            has_subsections=section.has_subsections,
            words=section.words,
            digest=section.digest,
            tree=section.tree,
            terms=section.terms,
        )


def _needs(facts: DocumentFacts) -> Iterator[CanonicalEntry]:
    for need in facts.needs:
        yield CanonicalEntry(
            title=need.title,
            anchors=(need.id,),
            path=_path_if_included(facts, need.place),
            line=need.place.line,
            is_need=True,
            words=need.words,
            digest=need.digest,
        )


def _path_if_included(facts: DocumentFacts, place: Place) -> str:
    """Return the source file of a text if it is not the page's own file, else nothing."""
    if place.path == facts.path:
        return ""
    return place.path
