"""Pins joined with the graph: which pin speaks for a reference, and where a lost section went."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sphinxext_opsdocs.canonical.lock_file import Lock, Pin
from sphinxext_opsdocs.canonical.resolver import Resolver
from sphinxext_opsdocs.canonical.section import CanonicalSection, Resolution

__all__ = ["HEADING", "Pins", "section_text"]

ByText = Mapping[str, Sequence[CanonicalSection]]

HEADING = "§"
"""Starts the line of a title in the text of a pin, once for each level."""
TELLING = 10
"""Words that a text has to have before it tells one section from another."""


class Pins:
    """The lock, read against the sections as they are now."""

    def __init__(self, lock: Lock, resolver: Resolver) -> None:
        self._lock = lock
        self._resolver = resolver
        self._texts: dict[str, tuple[ByText, ByText]] = {}
        self._standing: dict[tuple[str, str], Pin] = {}
        self._nameless: dict[str, list[tuple[Pin, CanonicalSection | None]]] = defaultdict(list)
        for pin in lock.pins.values():
            section = resolver.resolve(pin.section).section
            if section is None:  # a label may have gone while its section stays
                section = self._under_its_anchor(pin)
                self._nameless[pin.document].append((pin, section))
            if section is not None:
                self._standing.setdefault((pin.document, section.id), pin)

    def of(self, document: str, section: CanonicalSection) -> Pin | None:
        """The pin of a section for a document, under whatever name it was made."""
        if pin := self._standing.get((document, section.id)):
            return pin
        # the name of the pin leads nowhere, and its text is this one
        lost = (pin for pin, _ in self._nameless.get(document, ()))
        return next((pin for pin in lost if pin.digest == section.entry.whole_digest), None)

    def new_place(self, document: str, resolution: Resolution) -> CanonicalSection | None:
        """Where a section or its pinned text stands now that its name leads nowhere."""
        names = (f"{resolution.domain}:{resolution.name}", resolution.target)
        for pin, section in self._nameless.get(document, ()):
            domain, _, _ = pin.section.partition(":")
            known = (pin.section, f"{domain}:{pin.name}")
            shortened = domain == resolution.domain and pin.name.endswith(f"/{resolution.name}")
            if shortened or any(name in known for name in names):
                return section or self._place_of_text(domain, pin)
        return None

    def _under_its_anchor(self, pin: Pin) -> CanonicalSection | None:
        """The section where the pinned one stood, if that still has its text or a part of it."""
        domain = pin.section.partition(":")[0]
        section = self._resolver.resolve(f"{domain}:{pin.name}").section
        if section is None or not section.entry.digest:
            return None
        same = (pin.digest, pin.own_digest)
        return section if {section.entry.whole_digest, section.entry.digest} & {*same} else None

    def _place_of_text(self, domain: str, pin: Pin) -> CanonicalSection | None:
        lines = self._lock.texts.get(pin.digest, ())
        if not _tells(lines):
            return None
        by_digest, by_words = self._texts_of(domain)
        own = _own_words(lines)
        candidates = by_digest.get(pin.digest) or (by_words.get(own) if _tells([own]) else None)
        return candidates[0] if candidates and len(candidates) == 1 else None

    def _texts_of(self, domain: str) -> tuple[ByText, ByText]:
        """The sections of a domain by digest, and by their own words."""
        if domain not in self._texts:
            by_digest: dict[str, list[CanonicalSection]] = defaultdict(list)
            by_words: dict[str, list[CanonicalSection]] = defaultdict(list)
            for source in self._resolver.sources.get(domain, ()):
                for section in source.sections:
                    by_digest[section.entry.whole_digest].append(section)
                    by_words[section.entry.words].append(section)
            self._texts[domain] = by_digest, by_words
        return self._texts[domain]


def section_text(section: CanonicalSection) -> tuple[str, ...]:
    """The lines of a section with everything below it, as a pin keeps them."""
    page, entry = section.page, section.entry
    lines: list[str] = []
    levels = {entry.anchors[0] if entry.anchors else "": 1}
    if entry.anchors:
        lines += [f"{HEADING} {entry.title}", *filter(None, entry.words.split("\n"))]
    for other in page.sections:
        if other.parent in levels and other.anchors != entry.anchors and not other.is_need:
            level = levels[other.parent] + 1
            levels[other.anchors[0]] = level
            lines += [f"{HEADING * level} {other.title}", *filter(None, other.words.split("\n"))]
    return tuple(lines)


def _own_words(lines: Iterable[str]) -> str:
    found: list[str] = []
    for index, line in enumerate(lines):
        if index and line.startswith(HEADING):
            break
        found += [line] if index else []
    return "\n".join(found)


def _tells(lines: Iterable[str]) -> bool:
    return sum(len(line.split()) for line in lines) >= TELLING
