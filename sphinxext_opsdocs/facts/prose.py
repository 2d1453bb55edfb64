"""The facts of the prose of a page: its passages, and the sentences that make a claim."""

from msgspec import Struct

from sphinxext_opsdocs.config.confidence import Confidence, surest
from sphinxext_opsdocs.facts.place import Place

__all__ = [
    "ACCEPTED",
    "BEHAVIOUR",
    "INTENT",
    "KEYWORD",
    "NORM",
    "TROUBLE",
    "WORKAROUND",
    "Claim",
    "Mention",
    "Passage",
    "ProseSize",
    "Statement",
]


class Passage(Struct, frozen=True, gc=False, omit_defaults=True):
    """One block of text of an operational page, with its line breaks; code is in backticks.

    ``kind`` is empty for running text, else ``item``, ``row`` (cells between bars), ``term`` or
    ``definition``.
    """

    text: str
    place: Place
    section: str = ""
    """First anchor of the section that contains it."""
    kind: str = ""
    is_cited: bool = False
    """Whether it contains a canonical reference."""


# the kinds of claims that a statement can make
KEYWORD, NORM = "keyword", "norm"
"""A rule: with the capitals of RFC 2119, or in other words."""
INTENT, ACCEPTED = "intent", "accepted"
"""Something is intended; or a deviation is accepted."""
WORKAROUND = "workaround"
"""There is a workaround, or a fault."""
TROUBLE = "trouble"
"""A fault, if what the block mentions is an issue."""
BEHAVIOUR = "behaviour"
"""A system behaves in some way."""


class Claim(Struct, frozen=True, gc=False, omit_defaults=True):
    """A claim that a sentence makes: one of the kinds above, and how sure that is."""

    kind: str
    confidence: Confidence = "high"


class Statement(Struct, frozen=True, gc=False, omit_defaults=True):
    """A sentence of an operational page with claims that rules judge."""

    text: str
    place: Place
    claims: tuple[Claim, ...]
    section: str = ""
    within: str = ""
    """``deviation`` or ``workaround`` if one of these contains it."""
    item: int = 0
    """Number of the outermost list item around it, counted through the page; 0 for none."""
    is_cited: bool = False
    """Whether its block contains a canonical reference."""
    mentions: tuple[str, ...] = ()
    """For a claim of intent or trouble: texts in its block that may name an issue."""

    def confidence_in(self, *kinds: str) -> Confidence | None:
        """Return the highest confidence of its claims of these kinds; None without one."""
        return surest(claim.confidence for claim in self.claims if claim.kind in kinds)


class ProseSize(Struct, frozen=True, gc=False, omit_defaults=True):
    """How much of a page rules have judged, whether or not it makes a claim."""

    sentences: int = 0
    """Outside of deviations and workarounds."""
    sentences_within: int = 0
    """Inside of these."""
    passages: int = 0


class Mention(Struct, frozen=True, gc=False, omit_defaults=True):
    """A text that may name an issue: the address of a link, or a word that looks like an id."""

    text: str
    section: str = ""
    item: int = 0
