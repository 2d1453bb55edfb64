"""A service that a catalogue lists."""

from __future__ import annotations

from msgspec import Struct

from sphinxext_opsdocs.facts.model import Place

__all__ = ["CatalogService"]


class CatalogService(Struct, frozen=True, gc=False):
    """A service with the key of its owner; title and owner may be empty."""

    name: str
    place: Place
    title: str = ""
    owner: str = ""
