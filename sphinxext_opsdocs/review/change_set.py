"""What changed between two readings of a documentation, as values that rules look at."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from msgspec import Struct
from msgspec.structs import replace

from sphinxext_opsdocs.canonical.spec_domain import spec_domain_of
from sphinxext_opsdocs.config.schema import Config, SpecDomain
from sphinxext_opsdocs.facts.model import Deviation, DocumentFacts, Section
from sphinxext_opsdocs.text.digest import digest_of

__all__ = ["ORDER", "ChangeSet", "PageChange", "change_set"]

LEAST_SAME = 0.5
"""Share of the sections of a page that is gone which a new page has, for it to be the same; and of
the sections of a new page that stood on another, for that to be split."""
LEAST_ALIKE = 0.8
"""Share of the words of two pages that make one the other under a new name, edited."""
ORDER = "order or level of sections, or text outside of them"
"""What has changed in a page that has the sections that it had."""
LINK = re.compile(r"(?<=</|#/)[^<>#\n]+(?=[>#])")
"""A link to a page as normalised text has it."""


class PageChange(Struct, frozen=True):
    """A page before and after; ``old`` is None for a new one, ``new`` for one that is gone."""

    old: DocumentFacts | None
    new: DocumentFacts | None

    @property
    def facts(self) -> DocumentFacts:
        """The page as it is, or as it was."""
        found = self.new or self.old
        assert found
        return found

    @property
    def is_renamed(self) -> bool:
        """Whether the page stands under another name now."""
        return bool(self.old and self.new and self.old.docname != self.new.docname)

    @property
    def changed_sections(self) -> Sequence[str]:
        """Titles of the sections whose text is another, or that are new or gone."""
        old, new = _sections(self.old), _sections(self.new)
        names = dict.fromkeys([*new, *old])
        return [name for name in names if old.get(name) != new.get(name)]

    @property
    def is_another(self) -> bool:
        """Whether the page says something else, is new or is gone."""
        return self.has_new_meaning or not (self.old and self.new)

    @property
    def has_new_meaning(self) -> bool:
        """Whether the page says something else, whatever its writing."""
        return bool(self.old and self.new) and _meaning(self.old) != _meaning(self.new)


class ChangeSet(Struct, frozen=True, dict=True):
    """All of it. ``paths`` are those that changed in the repository, relative to its root."""

    base: str
    """The revision that the base was asked for by."""
    pages: tuple[PageChange, ...]
    before: Mapping[str, DocumentFacts]
    after: Mapping[str, DocumentFacts]
    config_before: Config
    config_after: Config
    paths: tuple[str, ...] = ()
    folder: str = ""
    """Where the documents stand in the repository: ``docs/``; empty for its root."""

    @cached_property
    def changed(self) -> Sequence[PageChange]:
        """The pages that say something else than before."""
        return [page for page in self.pages if page.has_new_meaning]

    @cached_property
    def split(self) -> Sequence[tuple[PageChange, PageChange]]:
        """The pages that gave sections to a new one, each with that new one."""
        gave = {page.old.docname: page for page in self.pages if page.old}
        found: list[tuple[PageChange, PageChange]] = []
        for page in self.pages:
            if page.old or not page.new:
                continue
            sections = _digests(page.new)
            for docname, source in gave.items():
                left = _digests(self.before[docname])
                left -= _digests(source.new) if source.new else set()
                if sections and len(sections & left) >= LEAST_SAME * len(sections):
                    found.append((source, page))
        return found

    def page_now(self, docname: str) -> DocumentFacts | None:
        """What became of a page of the base, maybe under another name; None if it is gone."""
        return next((p.new for p in self.pages if p.old and p.old.docname == docname), None)

    def edited_specification(self, page: PageChange) -> SpecDomain | None:
        """The spec domain of a specification that was edited; None for other pages.

        The base tells what is a specification: a change cannot turn it into another page first.
        """
        if not page.is_another:
            return None
        if page.old and (spec := spec_domain_of(self.config_before, page.old)):
            return spec
        return spec_domain_of(self.config_after, page.new) if page.new else None

    @cached_property
    def deviations_before(self) -> Mapping[str, tuple[DocumentFacts, Deviation]]:
        """The deviations of the base by their id."""
        return _deviations(self.before.values())

    @cached_property
    def deviations_after(self) -> Mapping[str, tuple[DocumentFacts, Deviation]]:
        """The deviations of now by their id."""
        return _deviations(self.after.values())


def change_set(
    base: str,
    before: Mapping[str, DocumentFacts],
    after: Mapping[str, DocumentFacts],
    configs: tuple[Config, Config],
    paths: Iterable[str],
    folder: str = "",
) -> ChangeSet:
    """Hold two readings against each other, page by page; pages in order of their names."""
    moved = _renamed(before, after)
    if moved:
        names = {old: new for new, old in moved.items()}
        before, after = _relinked(before, names), _relinked(after, names)
    pages: list[PageChange] = []
    for docname in sorted(before.keys() | after.keys()):
        if docname in moved.values():
            continue  # told under its new name
        old = before.get(moved.get(docname, docname))
        pages.append(PageChange(old, after.get(docname)))
    return ChangeSet(base, tuple(pages), before, after, *configs, tuple(sorted(paths)), folder)


def _renamed(
    before: Mapping[str, DocumentFacts], after: Mapping[str, DocumentFacts]
) -> Mapping[str, str]:
    """New name -> old name of the pages that went, by what both have: sections, else words."""
    new = {name: _Told(after[name]) for name in after if name not in before}
    gone = {name: _Told(before[name]) for name in before if name not in after}
    found: dict[str, str] = {}
    for alike, least in ((_same_sections, LEAST_SAME), (_same_words, LEAST_ALIKE)):
        pairs = [
            (-share, old, name)
            for old in gone.keys() - found.values()
            for name in new.keys() - found.keys()
            if (share := alike(gone[old], new[name])) >= least
        ]
        for _, old, name in sorted(pairs):  # the most alike first
            if name not in found and old not in found.values():
                found[name] = old
    return found


class _Told:
    """What a page says, to be held against many others."""

    def __init__(self, facts: DocumentFacts) -> None:
        self.digests = _digests(facts)
        text = " ".join(f"{section.title} {section.words}" for section in facts.sections)
        self.words = Counter(text.split())
        self.length = self.words.total()


def _same_sections(old: _Told, new: _Told) -> float:
    """Share of the sections of a page that another has, word by word."""
    return len(old.digests & new.digests) / len(old.digests) if old.digests else 0.0


def _same_words(old: _Told, new: _Told) -> float:
    """Share of the words of the longer of two pages that the other has too."""
    shorter, longer = sorted((old.length, new.length))
    if not longer or shorter < LEAST_ALIKE * longer:
        return 0.0
    return (old.words & new.words).total() / longer


def _relinked(
    documents: Mapping[str, DocumentFacts], names: Mapping[str, str]
) -> Mapping[str, DocumentFacts]:
    """The pages with links to where pages are now: their names are no part of what is said."""
    known = {*names, *names.values()}

    def section(old: Section) -> Section:
        if known.isdisjoint(LINK.findall(old.words)):
            return old
        words = text(old.words)
        return replace(old, words=words, digest=digest_of((old.title, words)))

    def text(words: str) -> str:
        return LINK.sub(lambda link: names.get(link[0], link[0]), words)

    return {
        docname: replace(
            facts, preamble=text(facts.preamble), sections=tuple(map(section, facts.sections))
        )
        for docname, facts in documents.items()
    }


def _digests(facts: DocumentFacts) -> set[str]:
    return {section.digest for section in facts.sections if section.words}


def _meaning(facts: DocumentFacts | None) -> Sequence[str]:
    """What a page says: the digests of its sections in their order, each with its depth."""
    if not facts:
        return []
    depths = {"": 0}
    for section in facts.sections:
        depths[section.anchors[0]] = depths.get(section.parent, 0) + 1
    found = [f"{depths[section.anchors[0]]} {section.digest}" for section in facts.sections]
    return [facts.preamble, *found]


def _sections(facts: DocumentFacts | None) -> Mapping[str, Sequence[str]]:
    """Digests of the sections by title; several may share one."""
    found: dict[str, list[str]] = defaultdict(list)
    sections: Sequence[Section] = facts.sections if facts else ()
    for section in sections:
        found[section.title].append(section.digest)
    return found


def _deviations(
    documents: Iterable[DocumentFacts],
) -> Mapping[str, tuple[DocumentFacts, Deviation]]:
    return {d.id: (facts, d) for facts in documents for d in facts.deviations if d.id}
