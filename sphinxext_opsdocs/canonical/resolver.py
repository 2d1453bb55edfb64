"""From a target as written to the canonical sections that it names, in all sources."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain, islice

from msgspec.structs import replace

from sphinxext_opsdocs.canonical.page_source import PageSource
from sphinxext_opsdocs.canonical.section import COUNTED_ID, CanonicalSection, Resolution
from sphinxext_opsdocs.config.schema import is_address

__all__ = ["Resolver"]

HOPS = 8
"""Redirects followed one after the other; then the name that was reached is looked up."""
COMPARED = 3000
"""Names that a misspelt one is compared with: comparing is slow."""


class Resolver:
    """Resolves targets; ``unreadable`` are the domains with a source that could not be read."""

    def __init__(
        self, sources: Mapping[str, Sequence[PageSource]], unreadable: Sequence[str] = ()
    ) -> None:
        self.sources = sources
        self._unreadable = unreadable
        self._resolutions: dict[str, Resolution] = {}
        bases = {
            (_comparable(base), key)
            for key, found in sources.items()
            for base in (source.base_url for source in found)
            if base
        }
        self._bases = sorted(bases, key=lambda base: (-len(base[0]), base[1]))

    def resolve(self, target: str) -> Resolution:
        """What a target as written names."""
        if target not in self._resolutions:
            found = self._resolve(target)
            if not found.sections and self._unreadable:
                # an address may be below a base that only the unreadable file tells
                is_open = is_address(target) and not found.domain
                is_unknowable = is_open or found.domain in self._unreadable
                found = replace(found, is_unknowable=is_unknowable)
            self._resolutions[target] = found
        return self._resolutions[target]

    def _resolve(self, target: str) -> Resolution:
        if is_address(target):
            return self._resolve_address(target)
        key, colon, name = (part.strip() for part in target.partition(":"))
        if not colon or not name:
            return Resolution(target, "", reason='no "domain:section"')
        if key not in self.sources:
            known = ", ".join(self.sources) or "none is configured"
            return Resolution(target, "", reason=f'no spec domain "{key}", known: {known}')
        return self._resolve_name(target, key, name)

    def _names_below(self, address: str) -> Iterator[tuple[str, str]]:
        """Spec domain and name of what an address can lead to, the longest base first."""
        wanted = _comparable(address)
        for base, key in self._bases:
            if wanted.startswith(base):
                path, _, anchor = wanted[len(base) :].partition("#")
                for source in self.sources[key]:
                    docname = source.docname_of(path) or "index"
                    yield key, f"{docname}#{anchor}" if anchor else docname

    def _resolve_address(self, target: str) -> Resolution:
        tried = [self._resolve_name(target, key, name) for key, name in self._names_below(target)]
        if tried:
            return next((found for found in tried if found.sections), tried[0])
        known = ", ".join(sorted({base for base, _ in self._bases})) or "none is configured"
        return Resolution(
            target, "", reason=f"below no base address of a spec domain, known: {known}"
        )

    def _resolve_name(self, target: str, key: str, name: str) -> Resolution:
        sources = self.sources[key]
        if found := _distinct(chain.from_iterable(source.find(name) for source in sources)):
            return Resolution(target, key, found, name=name)
        moved = self._redirected(key, name)
        if moved is not None:
            reason = "" if moved.sections else f'it moved to "{moved.target}", but {moved.reason}'
            domain = moved.domain or key
            return Resolution(target, domain, moved.sections, reason, name, is_moved=True)
        short = _distinct(chain.from_iterable(source.find_short(name) for source in sources))
        unverified = chain.from_iterable(source.find_unverified(name) for source in sources)
        if found := short or _distinct(unverified):
            return Resolution(target, key, found, name=name)
        anchored = _distinct(chain.from_iterable(source.find_anchor(name) for source in sources))
        if len(anchored) > 1:
            return Resolution(target, key, anchored, name=name)
        # an anchor alone is no name, also where only one section has it: such anchors move
        reason = self._missing(key, name, anchored)
        return Resolution(target, key, reason=reason, name=name)

    def _redirected(self, key: str, name: str) -> Resolution | None:
        """What the redirects of a domain make of a name; None when none takes it up."""
        docname, hash_mark, anchor = name.partition("#")
        seen: set[str] = set()
        while len(seen) < HOPS:
            here = f"{docname}{hash_mark}{anchor}"
            known = [source.redirects for source in self.sources[key]]
            led = (redirects.get(here) or redirects.get(docname) for redirects in known)
            target = next(filter(None, led), "")
            if not target or target in seen:
                break
            seen.add(target)
            if is_address(target):
                return self._redirected_away(target, f"{hash_mark}{anchor}")
            docname, own_mark, own_anchor = target.partition("#")
            if own_mark:
                hash_mark, anchor = own_mark, own_anchor
        if not seen:
            return None
        new = f"{docname}{hash_mark}{anchor}"
        found = _distinct(chain.from_iterable(s.find(new) for s in self.sources[key]))
        reason = "" if found else self._missing(key, new)
        return Resolution(f"{key}:{new}", key, found, reason, new)

    def _redirected_away(self, address: str, anchor: str) -> Resolution:
        """What a redirect to an address names, if that is known; its own redirects do not count."""
        wanted = address if "#" in address else f"{address}{anchor}"
        for key, name in self._names_below(wanted):
            if found := _distinct(chain.from_iterable(s.find(name) for s in self.sources[key])):
                return Resolution(wanted, key, found, name=name)
        return Resolution(wanted, "", reason="that is in no spec domain")

    def _missing(self, key: str, name: str, meant: Sequence[CanonicalSection] = ()) -> str:
        """Why a name was not found, with what was perhaps meant."""
        sources = self.sources[key]
        if not any(source.pages for source in sources):
            return f'no page of specifications is known in spec domain "{key}"'
        docname, _, anchor = name.partition("#")
        anchors = [known for source in sources for known in source.anchors_of(docname)]
        if anchors and COUNTED_ID.fullmatch(anchor):
            return f'"#{anchor}" is counted anew with every edit of the page; label the section'
        if anchors:
            close = difflib.get_close_matches(anchor.lower(), anchors, n=3) or anchors[:3]
            return f"no such section on that page; did you mean {_choices(docname, close)}?"
        names = _comparable_names(name, self._names[key])
        close = [section.name for section in meant] or difflib.get_close_matches(
            name.lower(), names, n=3
        )
        reason = f'no such label, need or page#anchor in spec domain "{key}"'
        return f"{reason}; did you mean {_choices('', close)}?" if close else reason

    @cached_property
    def _names(self) -> Mapping[str, Sequence[str]]:
        return {
            key: sorted({name for source in sources for name in source.names()})
            for key, sources in self.sources.items()
        }


def _distinct(sections: Iterable[CanonicalSection]) -> tuple[CanonicalSection, ...]:
    """Sections of different places; the first source that knows a place stands for it.

    The same page and anchor below two addresses are two places.
    """
    given = tuple(sections)
    if len(given) < 2:
        return given
    found: list[CanonicalSection] = []
    known: dict[tuple[str, str], set[str]] = {}
    for section in given:
        url = section.url.partition("#")[0]
        anchors = {section.anchor, *section.entry.anchors}
        seen = [known.setdefault((section.page.docname, anchor), set()) for anchor in anchors]
        if not any(urls and (not url or "" in urls or url in urls) for urls in seen):
            found.append(section)
        for urls in seen:
            urls.add(url)
    return tuple(found)


def _comparable(address: str) -> str:
    """An address without scheme, with its host in lower case."""
    host, slash, path = address.partition("://")[2].partition("/")
    return f"{host.lower()}{slash}{path}"


def _comparable_names(name: str, names: Sequence[str]) -> Sequence[str]:
    """Few enough names to compare with: those that share a word with this one, if they are many."""
    if len(names) <= COMPARED:
        return names
    words = [word for word in re.split(r"[^a-z0-9]+", name.lower()) if len(word) > 2]
    return list(islice((n for n in names if any(word in n for word in words)), COMPARED))


def _choices(page: str, names: Sequence[str]) -> str:
    return " or ".join(f'"{page}#{name}"' if page else f'"{name}"' for name in names)
