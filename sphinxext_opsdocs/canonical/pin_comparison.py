"""Pins joined with the graph: the pin of a reference, and where a lost section moved to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sphinxext_opsdocs.canonical.lock_file import Lock, Pin
from sphinxext_opsdocs.canonical.resolver import Resolver
from sphinxext_opsdocs.canonical.section import CanonicalSection, Resolution

__all__ = ["HEADING", "Pins", "section_text"]

SectionsByText = Mapping[str, Sequence[CanonicalSection]]

HEADING = "§"
"""Starts the line of a title in the text of a pin, once for each level."""
LEAST_WORDS = 10
"""Words that a text needs to identify a section; shorter ones occur in many."""


class Pins:
    """The lock, compared with the sections as they are now."""

    def __init__(self, lock: Lock, resolver: Resolver) -> None:
        self._lock = lock
        self._resolver = resolver
        self._texts: dict[str, tuple[SectionsByText, SectionsByText]] = {}
        self._by_section: dict[tuple[str, str], Pin] = {}
        self._lost: dict[str, list[tuple[Pin, CanonicalSection | None]]] = defaultdict(list)
        """The pins of each document whose name no longer resolves, with the section if it is
        still at the same anchor."""
        for pin in lock.pins.values():
            section = resolver.resolve(pin.section).section
            if section is None:
                # a label can be removed while its section stays
                section = self._section_at_anchor(pin)
                self._lost[pin.document].append((pin, section))
            if section is not None:
                self._by_section.setdefault((pin.document, section.id), pin)

    def of(self, document: str, section: CanonicalSection) -> Pin | None:
        """Return the pin of a section for a document, even if the section had another name then."""
        if pin := self._by_section.get((document, section.id)):
            return pin
        # the section was renamed and its text stayed
        lost_pins = (pin for pin, _ in self._lost.get(document, ()))
        return next((pin for pin in lost_pins if pin.digest == section.entry.whole_digest), None)

    def moved_to(self, document: str, resolution: Resolution) -> CanonicalSection | None:
        """Return the section that now has the pinned anchor or text of an unresolved reference."""
        for pin, section in self._lost.get(document, ()):
            if _is_pin_of(pin, resolution):
                return section or self._section_of_text(pin)
        return None

    def _section_at_anchor(self, pin: Pin) -> CanonicalSection | None:
        """Return the section at the pinned anchor, if it still has the text or a part of it."""
        section = self._resolver.resolve(f"{pin.domain_key}:{pin.name}").section
        if section is None or not section.entry.digest:
            return None
        digests = {section.entry.whole_digest, section.entry.digest}
        # the same text may now have subsections, or have lost them
        if digests.isdisjoint((pin.digest, pin.own_digest)):
            return None
        return section

    def _section_of_text(self, pin: Pin) -> CanonicalSection | None:
        """Return the only section of the spec domain with the pinned text."""
        lines = self._lock.texts.get(pin.digest, ())
        if not _is_distinctive(lines):
            return None
        by_digest, by_words = self._sections_by_text(pin.domain_key)
        sections = by_digest.get(pin.digest, ())
        own_words = _own_words(lines)
        if not sections and _is_distinctive([own_words]):
            sections = by_words.get(own_words, ())
        if len(sections) != 1:
            return None
        return sections[0]

    def _sections_by_text(self, domain_key: str) -> tuple[SectionsByText, SectionsByText]:
        """Return the sections of a spec domain by digest, and by their own words."""
        if domain_key not in self._texts:
            by_digest: dict[str, list[CanonicalSection]] = defaultdict(list)
            by_words: dict[str, list[CanonicalSection]] = defaultdict(list)
            for source in self._resolver.sources.get(domain_key, ()):
                for section in source.sections:
                    by_digest[section.entry.whole_digest].append(section)
                    by_words[section.entry.words].append(section)
            self._texts[domain_key] = by_digest, by_words
        return self._texts[domain_key]


def section_text(section: CanonicalSection) -> tuple[str, ...]:
    """Return the lines of a section with everything below it, as the lock stores them."""
    page, entry = section.page, section.entry
    lines: list[str] = []
    if entry.anchors:
        lines += [f"{HEADING} {entry.title}", *filter(None, entry.words.split("\n"))]
    # a whole page has no anchor: its top sections have an empty parent
    levels = {next(iter(entry.anchors), ""): 1}
    for other in page.sections:
        if other.parent in levels and other.anchors != entry.anchors and not other.is_need:
            level = levels[other.parent] + 1
            levels[other.anchors[0]] = level
            lines += [f"{HEADING * level} {other.title}", *filter(None, other.words.split("\n"))]
    return tuple(lines)


def _is_pin_of(pin: Pin, resolution: Resolution) -> bool:
    """Whether a target names what was pinned: by identity, page and anchor, or end of the path."""
    names = {pin.section, f"{pin.domain_key}:{pin.name}"}
    if not names.isdisjoint((f"{resolution.domain_key}:{resolution.name}", resolution.target)):
        return True
    is_same_domain = pin.domain_key == resolution.domain_key
    return is_same_domain and pin.name.endswith(f"/{resolution.name}")


def _own_words(lines: Iterable[str]) -> str:
    """Return the lines between the first title of a pinned text and the next one."""
    words: list[str] = []
    for index, line in enumerate(lines):
        if index and line.startswith(HEADING):
            break
        if index:
            words.append(line)
    return "\n".join(words)


def _is_distinctive(lines: Iterable[str]) -> bool:
    return sum(len(line.split()) for line in lines) >= LEAST_WORDS
