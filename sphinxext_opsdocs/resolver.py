"""From a target as written to the canonical sections that it names, in all sources."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import chain, islice

from sphinxext_opsdocs.canonical import CanonicalSection, Resolution
from sphinxext_opsdocs.config import SpecDomain, is_address
from sphinxext_opsdocs.sources import PageSource, folder_url

__all__ = ["Resolver"]

HOPS = 8
"""Redirects followed one after the other; more are taken for a circle."""
COMPARED = 3000
"""Names that a misspelt one is compared with: comparing is slow."""


class Resolver:
    """Resolves targets; ``unreadable`` are the domains with a source that could not be read."""

    def __init__(
        self,
        domains: Mapping[str, SpecDomain],
        sources: Mapping[str, Sequence[PageSource]],
        unreadable: Collection[str] = (),
    ) -> None:
        self.sources = sources
        self._unreadable = unreadable
        self._resolutions: dict[str, Resolution] = {}
        bases = {
            (_comparable(base), key)
            for key, found in sources.items()
            for base in (
                folder_url(domains[key].base_url),
                *(source.base_url for source in found),
            )
            if base
        }
        self._bases = sorted(bases, key=lambda base: (-len(base[0]), base[1]))

    def resolve(self, target: str) -> Resolution:
        """What a target as written names."""
        if target not in self._resolutions:
            circle = Resolution(target, "", reason="its redirects lead in a circle")
            self._resolutions[target] = circle  # what a redirect that comes back here finds
            self._resolutions[target] = self._resolve(target)
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

    def _resolve_address(self, target: str) -> Resolution:
        wanted = _comparable(target)
        for base, key in self._bases:
            if wanted.startswith(base) and self.sources[key]:
                path, _, anchor = wanted[len(base) :].partition("#")
                found: Resolution | None = None
                for source in self.sources[key]:
                    docname = source.docname_of(path) or "index"
                    name = f"{docname}#{anchor}" if anchor else docname
                    found = self._resolve_name(target, key, name)
                    if found.sections:
                        return found
                if found:
                    return found
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
        is_unknowable = key in self._unreadable
        return Resolution(target, key, reason=reason, name=name, is_unknowable=is_unknowable)

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
                return self.resolve(target if "#" in target else f"{target}{hash_mark}{anchor}")
            docname, own_mark, own_anchor = target.partition("#")
            if own_mark:
                hash_mark, anchor = own_mark, own_anchor
        if not seen:
            return None
        new = f"{docname}{hash_mark}{anchor}"
        found = _distinct(chain.from_iterable(s.find(new) for s in self.sources[key]))
        reason = "" if found else self._missing(key, new)
        return Resolution(f"{key}:{new}", key, found, reason, new)

    def _missing(self, key: str, name: str, meant: Sequence[CanonicalSection] = ()) -> str:
        """Why a name was not found, with what was perhaps meant."""
        sources = self.sources[key]
        if not any(source.pages for source in sources):
            return f'no page of specifications is known in spec domain "{key}"'
        docname, _, anchor = name.partition("#")
        anchors = [known for source in sources for known in source.anchors_of(docname)]
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
    """Sections of different places; the first source that knows a place stands for it."""
    found: list[CanonicalSection] = []
    known: set[tuple[str, str]] = set()
    for section in sections:
        anchors = (section.anchor, *section.entry.anchors)
        places = {(section.page.docname, anchor) for anchor in anchors}
        if known.isdisjoint(places):
            found.append(section)
        known |= places
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
