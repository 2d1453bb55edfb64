"""A repository as the check of it gets it: plain values that any process or engine can pass on."""

from __future__ import annotations

from msgspec import Struct

__all__ = ["Member", "PublishedIndex"]


class Member(Struct, frozen=True):
    """A repository of a fleet with its bundle."""

    name: str
    bundle: bytes
    index_address: str = ""
    """Where it publishes its canonical index, which is what other repositories know it by."""


class PublishedIndex(Struct, frozen=True):
    """The canonical index of another repository, as it is published today."""

    address: str
    sha256: str
    data: bytes = b""
    """Empty where only its address is wanted, since a repository reads another file of it."""
    has_text: bool = True
