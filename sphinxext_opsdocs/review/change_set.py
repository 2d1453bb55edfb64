"""The changes between two readings of the same documents, as values for rules and reports."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from functools import cached_property

from msgspec import Struct

from sphinxext_opsdocs.canonical.spec_domain import spec_domain_of
from sphinxext_opsdocs.config.schema import Config, SpecDomain
from sphinxext_opsdocs.facts.model import Approval, Deviation, DocumentFacts
from sphinxext_opsdocs.facts.records import HISTORY
from sphinxext_opsdocs.findings.finding import join_path
from sphinxext_opsdocs.review.authors import PageHistory
from sphinxext_opsdocs.review.renames import (
    MIN_SHARED_SECTIONS,
    digests_of,
    find_renames,
    rename_links,
)

__all__ = ["ORDER_CHANGE", "ChangeSet", "PageChange", "compare_documents"]

ORDER_CHANGE = "order or level of sections, or text outside of them"
"""Describes the change of a page whose sections are each the same as before."""
LEAD = re.compile(r"(?:[ *#0-9]|[a-z_]+: )*")
"""What may stand before a deviation: the marks of lists and blocks that contain it."""
DeviationsById = Mapping[str, tuple[DocumentFacts, Deviation]]


class PageChange(Struct, frozen=True):
    """A page before and after; ``old`` is None for a new page, ``new`` for a removed one."""

    old: DocumentFacts | None
    new: DocumentFacts | None

    @property
    def facts(self) -> DocumentFacts:
        """The page as it is now; a removed page as it was."""
        facts = self.new or self.old
        assert facts
        return facts

    @property
    def is_renamed(self) -> bool:
        """Whether the page has another docname now."""
        return bool(self.old and self.new and self.old.docname != self.new.docname)

    @property
    def changed_sections(self) -> Sequence[str]:
        """Titles of the sections that are new, removed or have another text."""
        old, new = _digests_by_title(self.old), _digests_by_title(self.new)
        titles = dict.fromkeys([*new, *old])
        return [title for title in titles if old.get(title) != new.get(title)]

    @property
    def is_changed(self) -> bool:
        """Whether the meaning of the page changed, or the page is new or removed."""
        return self.has_new_meaning or not (self.old and self.new)

    @property
    def new_approvals(self) -> Sequence[Approval]:
        """The approvals that the page did not have."""
        before = {_identity(each) for each in (self.old.approvals if self.old else ())}
        after = self.new.approvals if self.new else ()
        return [each for each in after if _identity(each) not in before]

    @property
    def has_new_procedure(self) -> bool:
        """Whether the page is new, or more changed than that deviations were added or resolved."""
        if not (self.old and self.new):
            return self.new is not None
        states = {each.id: each.state for each in self.old.deviations}
        moved = {each.id for each in self.new.deviations if states.get(each.id) != each.state}
        return _without_deviations(self.old, moved) != _without_deviations(self.new, moved)

    @property
    def has_new_meaning(self) -> bool:
        """Whether the text of an existing page changed, apart from its markup."""
        return bool(self.old and self.new) and _meaning(self.old) != _meaning(self.new)


class ChangeSet(Struct, frozen=True, dict=True):
    """All changes. ``paths`` changed in the repository; they are relative to its root."""

    base: str
    """The revision of the base, as the user named it."""
    pages: tuple[PageChange, ...]
    before: Mapping[str, DocumentFacts]
    after: Mapping[str, DocumentFacts]
    config_before: Config
    config_after: Config
    paths: tuple[str, ...] = ()
    folder: str = ""
    """Where the documents are in the repository: ``docs/``; empty for its root."""
    histories: Mapping[str, PageHistory] = {}
    """By docname, who changed the page, of pages with new approvals."""

    @cached_property
    def changed(self) -> Sequence[PageChange]:
        """The pages of both sides whose meaning changed."""
        return [page for page in self.pages if page.has_new_meaning]

    @cached_property
    def split(self) -> Sequence[tuple[PageChange, PageChange]]:
        """The pages that lost sections to a new page, each with that page."""
        lost = [(page, _lost_digests(page)) for page in self.pages if page.old]
        added = [(page, digests_of(page.new)) for page in self.pages if not page.old]
        return [
            (source, page)
            for page, digests in added
            for source, lost_digests in lost
            if digests and len(digests & lost_digests) >= MIN_SHARED_SECTIONS * len(digests)
        ]

    def page_now(self, docname: str) -> DocumentFacts | None:
        """Return a page of the base as it is now, maybe renamed; None if it was removed."""
        pages = (page.new for page in self.pages if page.old and page.old.docname == docname)
        return next(pages, None)

    def _is_touched(self, facts: DocumentFacts) -> bool:
        """Whether a file of the page changed, or nobody knows which files did.

        An included file counts where it has a title.
        """
        files = {facts.real_path or facts.path, *(each.place.path for each in facts.sections)}
        return not self.paths or any(join_path(self.folder, name) in self.paths for name in files)

    def edited_specification(self, page: PageChange) -> SpecDomain | None:
        """Return the spec domain of an edited specification; None for other pages."""
        # a page that nothing made known at the base is new here, and may be there all the same
        is_untouched = page.old is None and not self._is_touched(page.facts)
        if is_untouched or not page.is_changed:
            return None
        # The configuration of the base comes first: a change could otherwise edit a specification
        # by declaring it another kind of page.
        if page.old and (spec_domain := spec_domain_of(self.config_before, page.old)):
            return spec_domain
        if page.new:
            return spec_domain_of(self.config_after, page.new)
        return None

    @cached_property
    def deviations_before(self) -> DeviationsById:
        """The deviations of the base by their id."""
        return _deviations_by_id(self.before.values())

    @cached_property
    def deviations_after(self) -> DeviationsById:
        """The deviations of now by their id."""
        return _deviations_by_id(self.after.values())


def compare_documents(
    base: str,
    before: Mapping[str, DocumentFacts],
    after: Mapping[str, DocumentFacts],
    configs: tuple[Config, Config],
    paths: Iterable[str],
    folder: str = "",
) -> ChangeSet:
    """Return the changes between two readings, page by page in order of their docnames."""
    renames = find_renames(before, after)
    if renames:
        # A link to a renamed page has another text on every page that links there.
        new_names = {old: new for new, old in renames.items()}
        before, after = rename_links(before, new_names), rename_links(after, new_names)
    pages: list[PageChange] = []
    for docname in sorted(before.keys() | after.keys()):
        if docname in renames.values():
            continue  # a pair under the new name
        old = before.get(renames.get(docname, docname))
        pages.append(PageChange(old, after.get(docname)))
    return ChangeSet(base, tuple(pages), before, after, *configs, tuple(sorted(paths)), folder)


def _lost_digests(page: PageChange) -> set[str]:
    return digests_of(page.old) - digests_of(page.new)


def _meaning(facts: DocumentFacts | None) -> Sequence[str]:
    """Return the digests of the sections of a page in their order, each with its depth."""
    if not facts:
        return []
    depths = _depths(facts)
    sections = [f"{depths[section.anchors[0]]} {section.digest}" for section in facts.sections]
    return [facts.preamble, *sections]


def _depths(facts: DocumentFacts) -> Mapping[str, int]:
    """Return how deep each section is, by its first anchor."""
    # a section that moves below another one belongs to another subject, with the same text
    depths = {"": 0}
    for section in facts.sections:
        depths[section.anchors[0]] = depths.get(section.parent, 0) + 1
    return depths


def _identity(approval: Approval) -> tuple[str, str, str]:
    return approval.who, approval.role, approval.version


def _without_deviations(facts: DocumentFacts, ids: Container[str]) -> Sequence[str]:
    """Return the titles and lines of a page in their order, less the deviations of these ids."""
    depths = _depths(facts)
    texts = [facts.preamble]
    for section in facts.sections:
        if section.title != HISTORY:
            texts.append(f"{depths[section.anchors[0]]} {section.title}")
        texts.append(section.words)
    lines = [line for text in texts for line in text.split("\n") if line]
    for deviation in facts.deviations:
        if deviation.id in ids and deviation.words:
            lines = _without_block(lines, deviation.words.split("\n"))
    return lines


def _without_block(lines: list[str], block: Sequence[str]) -> list[str]:
    """Return the lines without the first block of them that is equal, but for its indentation."""
    for index, line in enumerate(lines):
        lead = line.removesuffix(block[0])
        if lead == line or not LEAD.fullmatch(lead):
            continue
        rest = [" " * len(lead) + each for each in block[1:] if each]
        end = index + 1 + len(rest)
        if lines[index + 1 : end] == rest:
            return [*lines[:index], *lines[end:]]
    return lines


def _digests_by_title(facts: DocumentFacts | None) -> Mapping[str, Sequence[str]]:
    """Return the digests of the sections by title; several sections may share one."""
    digests: dict[str, list[str]] = defaultdict(list)
    if facts:
        for section in facts.sections:
            digests[section.title].append(section.digest)
    return digests


def _deviations_by_id(documents: Iterable[DocumentFacts]) -> DeviationsById:
    return {
        deviation.id: (facts, deviation)
        for facts in documents
        for deviation in facts.deviations
        if deviation.id
    }
