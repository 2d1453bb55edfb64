"""The sections of specifications that a change set touches, compared by their digests."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from msgspec import Struct

from sphinxext_opsdocs.canonical.section import COUNTED_ID, CanonicalSection
from sphinxext_opsdocs.impact.spec_links import SectionKey

__all__ = ["TouchedSection", "find_touched_sections"]


class TouchedSection(Struct, frozen=True):
    """A section that changed; ``new`` is None when it was removed."""

    old: CanonicalSection
    new: CanonicalSection | None

    @property
    def change(self) -> str:
        """The change in words that continue "which ..."."""
        if self.new is None:
            return "is gone"
        if self.new.docname == self.old.docname:
            return "changed"
        if self.new.entry.digest == self.old.entry.digest:
            return f"moved to {self.new.id}"
        return f"moved to {self.new.id} and changed"

    @property
    def may_break_references(self) -> bool:
        """Whether references to it can be unresolved now."""
        return self.new is None or self.new.docname != self.old.docname


def find_touched_sections(
    old: Mapping[SectionKey, CanonicalSection], new: Mapping[SectionKey, CanonicalSection]
) -> Iterator[TouchedSection]:
    """Yield the sections whose own text changed, that moved or were removed, in their old order.

    A section is the same while one of its anchors stays on its page (its title, where it has none
    of its own), or its label stays anywhere. A section that was removed has moved if its text, with
    everything below it, is that of exactly one new section.
    """
    new_by_name = {name: section for section in new.values() for name in _names(section)}
    added = _added_by_digest(old, new)
    for section in old.values():
        now = next(filter(None, map(new_by_name.get, _names(section))), None)
        if now is None:
            candidates = added.get(section.entry.whole_digest, [])
            # Several sections with the same text: it is unclear which one it has become.
            if len(candidates) == 1:
                now = candidates[0]
            yield TouchedSection(section, now)
        elif now.entry.digest != section.entry.digest or now.docname != section.docname:
            yield TouchedSection(section, now)


def _added_by_digest(
    old: Mapping[SectionKey, CanonicalSection], new: Mapping[SectionKey, CanonicalSection]
) -> Mapping[str, list[CanonicalSection]]:
    """Return the sections that share no name with an old one, by the digest of all their text."""
    old_names = {name for section in old.values() for name in _names(section)}
    added: dict[str, list[CanonicalSection]] = defaultdict(list)
    for section in new.values():
        if old_names.isdisjoint(_names(section)):
            added[section.entry.whole_digest].append(section)
    return added


def _names(section: CanonicalSection) -> list[tuple[str, str]]:
    """Return what identifies a section: anchors on its page, else its title there; its label."""
    page = section.docname
    # docutils numbers the ids of titles that occur twice: such an id can belong to another
    # section after a change.
    anchors = [anchor for anchor in section.entry.anchors if not COUNTED_ID.fullmatch(anchor)]
    # The newline keeps a title apart from an anchor of the same text.
    names = [(page, anchor) for anchor in anchors] or [(page, f"{section.title}\n")]
    if section.entry.label:
        names.append(("", section.entry.label))
    return names
