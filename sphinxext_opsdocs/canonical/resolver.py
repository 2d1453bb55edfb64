"""From a target as written to the canonical sections that it names, in all sources."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice

from msgspec.structs import replace

from sphinxext_opsdocs.canonical.page_url import schemeless_url, with_anchor
from sphinxext_opsdocs.canonical.section import COUNTED_ID, CanonicalSection, Resolution
from sphinxext_opsdocs.canonical.source_sections import PageSource
from sphinxext_opsdocs.config.did_you_mean import did_you_mean, listed, slip_of, suggest
from sphinxext_opsdocs.config.schema import is_address

__all__ = ["Resolver"]

COMPARED = 3000
"""Largest number of names that a misspelt one is compared with: difflib is slow."""
SUGGESTED = 3
"""Largest number of names in a suggestion."""

Find = Callable[[PageSource, str], Iterable[CanonicalSection]]
"""A method of ``PageSource`` that finds the sections of a name."""
FALLBACKS: Sequence[Find] = (PageSource.find_short, PageSource.find_unverified)
"""Tried in this order after the exact name and the redirects."""


class Resolver:
    """Resolves targets; ``unreadable`` are the spec domains with a source that cannot be read."""

    def __init__(
        self, sources: Mapping[str, Sequence[PageSource]], unreadable: Sequence[str] = ()
    ) -> None:
        self.sources = sources
        self._unreadable = unreadable
        self._resolutions: dict[str, Resolution] = {}
        bases = {
            (schemeless_url(source.base_url), domain_key)
            for domain_key, domain_sources in sources.items()
            for source in domain_sources
            if source.base_url
        }
        # the longest first: one base may be below another
        self._bases = sorted(bases, key=lambda base: (-len(base[0]), base[1]))

    def resolve(self, target: str) -> Resolution:
        """Resolve a target as written."""
        if target not in self._resolutions:
            resolution = self._resolve(target)
            if not resolution.sections:
                is_unknowable = self._is_unknowable(resolution)
                resolution = replace(resolution, is_unknowable=is_unknowable)
            self._resolutions[target] = resolution
        return self._resolutions[target]

    def nearest(self, resolution: Resolution) -> str:
        """Return the only target that an unresolved one can be a slip of; empty without one."""
        if not resolution.domain_key or is_address(resolution.target):
            return ""
        names = _comparable_names(resolution.name, self._names[resolution.domain_key])
        near = slip_of(resolution.name.lower(), names)
        return f"{resolution.domain_key}:{near}" if near else ""

    def _is_unknowable(self, resolution: Resolution) -> bool:
        # an address may be below a base that only the unreadable file contains
        if is_address(resolution.target) and not resolution.domain_key:
            return bool(self._unreadable)
        return resolution.domain_key in self._unreadable

    def _resolve(self, target: str) -> Resolution:
        if is_address(target):
            return self._resolve_address(target)
        domain_key, colon, name = (part.strip() for part in target.partition(":"))
        if not colon or not name:
            return Resolution(target, "", reason='it must be "domain:section"')
        if domain_key not in self.sources:
            configured = listed(self.sources) or "none"
            hint = did_you_mean(domain_key, self.sources)
            reason = f'unknown spec domain "{domain_key}"; configured: {configured}{hint}'
            return Resolution(target, "", reason=reason)
        return self._resolve_name(target, domain_key, name)

    def _names_below(self, address: str) -> Iterator[tuple[str, str]]:
        """Yield spec domain and name of what an address can lead to, the longest base first."""
        schemeless = schemeless_url(address)
        for base, domain_key in self._bases:
            if schemeless.startswith(base):
                path, _, anchor = schemeless[len(base) :].partition("#")
                for source in self.sources[domain_key]:
                    # the root itself is the address of the index page
                    docname = source.docname_of(path) or "index"
                    yield domain_key, with_anchor(docname, anchor)

    def _resolve_address(self, target: str) -> Resolution:
        resolutions = [
            self._resolve_name(target, domain_key, name)
            for domain_key, name in self._names_below(target)
        ]
        if resolutions:
            return next((each for each in resolutions if each.sections), resolutions[0])
        bases = listed(sorted({base for base, _ in self._bases})) or "none"
        reason = f"the address is not below the base_url of a spec domain; configured: {bases}"
        return Resolution(target, "", reason=reason)

    def _resolve_name(self, target: str, domain_key: str, name: str) -> Resolution:
        if sections := self._collect(PageSource.find, domain_key, name):
            return Resolution(target, domain_key, sections, name=name)
        if moved := self._resolve_moved(target, domain_key, name):
            return moved
        for find in FALLBACKS:
            if sections := self._collect(find, domain_key, name):
                return Resolution(target, domain_key, sections, name=name)
        sections = self._collect(PageSource.find_anchor, domain_key, name)
        if len(sections) > 1:
            return Resolution(target, domain_key, sections, name=name)
        # one section with this anchor is only suggested: automatic anchors change with the title
        reason = self._missing_reason(domain_key, name, sections)
        return Resolution(target, domain_key, reason=reason, name=name)

    def _collect(self, find: Find, domain_key: str, name: str) -> tuple[CanonicalSection, ...]:
        sources = self.sources[domain_key]
        return _distinct(section for source in sources for section in find(source, name))

    def _resolve_moved(self, target: str, domain_key: str, name: str) -> Resolution | None:
        """Resolve what the redirects of a spec domain lead a name to; None without a redirect."""
        names = self._follow_redirects(domain_key, name)
        if not names:
            return None
        new_name = names[-1]
        if is_address(new_name):
            return self._resolve_moved_away(target, domain_key, name, new_name)
        if sections := self._collect(PageSource.find, domain_key, new_name):
            return Resolution(target, domain_key, sections, name=name, is_moved=True)
        if new_name in [name, *names[:-1]]:
            circle = " → ".join(f'"{each}"' for each in [name, *names])
            reason = f"its redirects lead in a circle: {circle}; let one of them lead to a page"
        else:
            missing = self._missing_reason(domain_key, new_name)
            reason = f'it moved to "{domain_key}:{new_name}", but {missing}'
        return Resolution(target, domain_key, reason=reason, name=name, is_moved=True)

    def _resolve_moved_away(
        self, target: str, domain_key: str, name: str, address: str
    ) -> Resolution:
        """Resolve a name that was redirected to an address; redirects from there do not count."""
        for new_domain_key, new_name in self._names_below(address):
            if sections := self._collect(PageSource.find, new_domain_key, new_name):
                return Resolution(target, new_domain_key, sections, name=name, is_moved=True)
        reason = f'it moved to "{address}", but that address is not in a spec domain'
        return Resolution(target, domain_key, reason=reason, name=name, is_moved=True)

    def _follow_redirects(self, domain_key: str, name: str) -> Sequence[str]:
        """Return the names that redirects lead to, one after the other; the last may be an address.

        If they lead in a circle, the last name is one of those before it.
        """
        names = [name]
        followed = {name}
        while target := self._redirect_of(domain_key, names[-1]):
            # as in HTTP (RFC 9110, section 10.2.2): the anchor stays unless the redirect has one
            if "#" not in target:
                target = with_anchor(target, names[-1].partition("#")[2])
            names.append(target)
            if is_address(target) or target in followed:
                break
            followed.add(target)
        return names[1:]

    def _redirect_of(self, domain_key: str, name: str) -> str:
        """Return where a redirect of the name, or else of its page, leads; empty without one."""
        docname = name.partition("#")[0]
        for source in self.sources[domain_key]:
            if target := source.redirects.get(name) or source.redirects.get(docname):
                return target
        return ""

    def _missing_reason(
        self, domain_key: str, name: str, same_anchor: Iterable[CanonicalSection] = ()
    ) -> str:
        """Return why there is no section of a name, and what was perhaps meant.

        ``same_anchor`` are the sections of which the name is only the anchor.
        """
        sources = self.sources[domain_key]
        if not any(source.pages for source in sources):
            return f'spec domain "{domain_key}" contains no specifications'
        docname, _, anchor = name.partition("#")
        if anchors := [other for source in sources for other in source.anchors_of(docname)]:
            return _missing_anchor_reason(docname, anchor, anchors)
        names = _comparable_names(name, self._names[domain_key])
        hint = suggest([section.name for section in same_anchor]) or did_you_mean(
            name.lower(), names, SUGGESTED
        )
        return f'no such label, need or page#anchor in spec domain "{domain_key}"{hint}'

    @cached_property
    def _names(self) -> Mapping[str, Sequence[str]]:
        return {
            domain_key: sorted({name for source in sources for name in source.names()})
            for domain_key, sources in self.sources.items()
        }


def _missing_anchor_reason(docname: str, anchor: str, anchors: Sequence[str]) -> str:
    if COUNTED_ID.fullmatch(anchor):
        return f'"#{anchor}" changes when the page is edited; put a label before the section'
    nearest = difflib.get_close_matches(anchor.lower(), anchors, SUGGESTED)
    names = [f"{docname}#{other}" for other in nearest or anchors[:SUGGESTED]]
    return f"no such section on that page{suggest(names)}"


def _distinct(sections: Iterable[CanonicalSection]) -> tuple[CanonicalSection, ...]:
    """Return the sections of different places; the first source of a place stands for it.

    The same page and anchor below two addresses are two places.
    """
    candidates = tuple(sections)
    if len(candidates) < 2:
        return candidates
    # a needs.json may lack the page of a need, which another source of the spec domain has
    on_pages = {section.entry.anchors for section in candidates if section.docname}
    if on_pages:
        candidates = tuple(s for s in candidates if s.docname or s.entry.anchors not in on_pages)
    distinct: list[CanonicalSection] = []
    urls_by_place: dict[tuple[str, str], set[str]] = {}
    for section in candidates:
        url = section.url.partition("#")[0]
        # two kinds of source may name one section by different anchors of it
        anchors = {section.anchor, *section.entry.anchors}
        places = [(section.page.docname, anchor) for anchor in anchors]
        urls_of_places = [urls_by_place.setdefault(place, set()) for place in places]
        if not any(_has_same_url(url, urls) for urls in urls_of_places):
            distinct.append(section)
        for urls in urls_of_places:
            urls.add(url)
    return tuple(distinct)


def _has_same_url(url: str, urls: set[str]) -> bool:
    """Whether a page may be one of the pages at these addresses; without one, it may be any."""
    return bool(urls) and (not url or "" in urls or url in urls)


def _comparable_names(name: str, names: Sequence[str]) -> Sequence[str]:
    """Return few enough names to compare: if there are many, those that share a word."""
    if len(names) <= COMPARED:
        return names
    words = [word for word in re.split(r"[^a-z0-9]+", name.lower()) if len(word) > 2]
    sharing = (other for other in names if any(word in other for word in words))
    return list(islice(sharing, COMPARED))
