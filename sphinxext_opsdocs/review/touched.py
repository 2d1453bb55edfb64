"""Which sections of specifications a change set touches, told by their digests."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from msgspec import Struct

from sphinxext_opsdocs.canonical import COUNTED_ID, CanonicalSection
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

    A section is the same while its label or one of its anchors stays on its page, or its title
    where it has neither. One that is gone moved when its text, with everything below it, stands
    once among the sections that are new.
    """
    now_by_name = {name: section for section in new.values() for name in _names(section)}
    known = {name for section in old.values() for name in _names(section)}
    added: dict[str, list[CanonicalSection]] = defaultdict(list)
    for section in new.values():
        if known.isdisjoint(_names(section)):
            added[section.entry.whole_digest].append(section)
    for section in old.values():
        now = next(filter(None, map(now_by_name.get, _names(section))), None)
        if now is None:
            moved = added.get(section.entry.whole_digest, [])
            yield Touched(section, moved[0] if len(moved) == 1 else None)
        elif now.entry.digest != section.entry.digest:
            yield Touched(section, now)


def _names(section: CanonicalSection) -> list[tuple[str, str]]:
    """What a section is known by on its page: label and anchors, else its title."""
    anchors = [anchor for anchor in section.entry.anchors if not COUNTED_ID.fullmatch(anchor)]
    label = [f"{section.entry.label}:"] if section.entry.label else []
    return [(section.docname, name) for name in label + anchors or [f"{section.title}\n"]]
