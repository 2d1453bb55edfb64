"""Which sections of specifications a change set touches, told by their digests."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from msgspec import Struct

from sphinxext_opsdocs.canonical.section import COUNTED_ID, CanonicalSection
from sphinxext_opsdocs.impact.spec_links import SectionKey

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
        changed = self.new.entry.digest != self.old.entry.digest
        if self.new.docname != self.old.docname:
            return f"moved to {self.new.id}" + (" and changed" if changed else "")
        return "changed"

    @property
    def is_elsewhere(self) -> bool:
        """Whether references to it may no longer find it."""
        return self.new is None or self.new.docname != self.old.docname


def touched_sections(
    old: Mapping[SectionKey, CanonicalSection], new: Mapping[SectionKey, CanonicalSection]
) -> Iterator[Touched]:
    """The sections whose own text changed, that moved or that are gone, in their old order.

    A section is the same while one of its anchors stays on its page (its title, where it has none
    of its own), or its label stands anywhere. One that is gone moved when its text, with everything
    below it, stands once among the sections that are new.
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
        elif now.entry.digest != section.entry.digest or now.docname != section.docname:
            yield Touched(section, now)


def _names(section: CanonicalSection) -> list[tuple[str, str]]:
    """What a section is known by: anchors on its page, else its title there; and its label."""
    page = section.docname
    anchors = [anchor for anchor in section.entry.anchors if not COUNTED_ID.fullmatch(anchor)]
    names = [(page, anchor) for anchor in anchors] or [(page, f"{section.title}\n")]
    return [*names, ("", section.entry.label)] if section.entry.label else names
