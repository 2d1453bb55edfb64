"""The identity of a section: the index that publishes it, and its name there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sphinxext_opsdocs.canonical.page_url import with_anchor
from sphinxext_opsdocs.canonical.section import CanonicalSection
from sphinxext_opsdocs.fleet.bundle import BundledSource
from sphinxext_opsdocs.fleet.member import PublishedIndex

__all__ = ["Identities"]


class Identities:
    """The identities of the sections that one repository refers to."""

    def __init__(
        self,
        own_address: str,
        sources: Iterable[BundledSource],
        indexes: Mapping[str, PublishedIndex],
    ) -> None:
        self._own = own_address
        self._by_path = {source.path: self.address_of(source.origin, indexes) for source in sources}

    @staticmethod
    def address_of(origin: str, indexes: Mapping[str, PublishedIndex]) -> str:
        """Return the address of the index that stands for a file of another project.

        It is the file itself where nobody publishes one.
        """
        return indexes[origin].address if origin in indexes else origin

    def index_of(self, section: CanonicalSection) -> str:
        """Return the address of the index that publishes a section."""
        if not section.is_external:
            return self._own
        return self._by_path.get(section.place.path, "")

    @staticmethod
    def name_of(section: CanonicalSection) -> str:
        """Return ``page#anchor`` of a section in its own project, whatever names it here."""
        # a label inside a section has an anchor of its own, and leads to the same section
        return with_anchor(section.docname, section.entry.anchor)
