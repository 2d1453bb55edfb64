"""Which sections of specifications a change set touches, told by their digests."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from sphinxext_opsdocs.canonical import CanonicalSection
from sphinxext_opsdocs.impact import SectionKey

__all__ = ["Touched", "touched_sections"]


class Touched(Struct, frozen=True):
    """A section that is not what it was. ``new`` is None when it is gone."""

    old: CanonicalSection
    new: CanonicalSection | None

    @property
    def change(self) -> str:
        """What became of it, in words."""
        if self.new is None:
            return "is gone"
        if self.new.name != self.old.name:
            return f"moved to {self.new.id}"
        return "changed"


def touched_sections(
    old: Mapping[SectionKey, CanonicalSection], new: Mapping[SectionKey, CanonicalSection]
) -> Iterator[Touched]:
    """The sections whose own text changed, that moved or that are gone, in their old order.

    A section is the same while one of its anchors stays on its page. One that is gone moved when
    its text, with everything below it, stands once among the sections that are new.
    """
    by_anchor = {
        (section.docname, anchor): section
        for section in new.values()
        for anchor in section.entry.anchors
    }
    known = {
        (section.docname, anchor) for section in old.values() for anchor in section.entry.anchors
    }
    added: dict[str, list[CanonicalSection]] = defaultdict(list)
    for section in new.values():
        if not any((section.docname, anchor) in known for anchor in section.entry.anchors):
            added[section.entry.whole_digest].append(section)
    for section in old.values():
        anchors: Sequence[str] = section.entry.anchors
        stays = (by_anchor.get((section.docname, anchor)) for anchor in anchors)
        now = next(filter(None, stays), None)
        if now is None:
            moved = added.get(section.entry.whole_digest, [])
            yield Touched(section, moved[0] if len(moved) == 1 else None)
        elif now.entry.digest != section.entry.digest:
            yield Touched(section, now)
