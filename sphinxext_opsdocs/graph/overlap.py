"""What an operational page and a canonical section both say, as values."""

from msgspec import Struct

from sphinxext_opsdocs.facts.model import Place

__all__ = ["COPY", "TERM", "VALUE", "Checked", "Overlap"]

COPY, VALUE, TERM = "copy", "value", "term"


class Overlap(Struct, frozen=True, gc=False):
    """Something that a page and a canonical section both say."""

    kind: str
    target: str
    """Identity of the section."""
    text: str
    place: Place
    """Where the page says it."""
    is_alike: bool = True
    """Of a term: whether both definitions are on the same thing, by the words that they share."""


class Checked(Struct, frozen=True, gc=False):
    """The overlaps of one page, and the digest of all that they were found from."""

    key: str
    overlaps: tuple[Overlap, ...] = ()
