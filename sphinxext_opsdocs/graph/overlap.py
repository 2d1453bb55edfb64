"""What an operational page and a canonical section have in common, as values."""

from collections.abc import Callable, Sequence

from msgspec import Struct

from sphinxext_opsdocs.config.confidence import Confidence
from sphinxext_opsdocs.facts.model import DocumentFacts, Place
from sphinxext_opsdocs.facts.prose import Passage

__all__ = ["COPY", "TERM", "VALUE", "Overlap", "PageOverlaps", "PassagesOf"]

COPY, VALUE, TERM = "copy", "value", "term"
PassagesOf = Callable[[DocumentFacts], Sequence[Passage]]
"""Returns the passages of a page, which its facts need not contain."""


class Overlap(Struct, frozen=True, gc=False):
    """Text of a page that a canonical section contains too: a copy, a value or a term."""

    kind: str
    target: str
    """Identity of the section."""
    text: str
    place: Place
    """Where it is on the page."""
    is_alike: bool = True
    """Of a term: whether both definitions are about the same thing, judged by shared words."""
    quotes: tuple[str, ...] = ()
    """The words of the page for it, for messages; the name of a value may be in another cell."""
    confidence: Confidence = "high"


class PageOverlaps(Struct, frozen=True, gc=False):
    """The overlaps of one page, and the digest of all that they depend on."""

    key: str
    overlaps: tuple[Overlap, ...] = ()
