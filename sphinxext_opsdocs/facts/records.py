"""Facts about the page itself, which are not part of what it says: changes, drills, approvals."""

from msgspec import Struct

from sphinxext_opsdocs.facts.place import Place, Value
from sphinxext_opsdocs.facts.placeholders import is_placeholder

__all__ = ["HISTORY", "KINDS", "RESULTS", "Approval", "Change", "Verification"]

HISTORY = "Resolved deviations"
"""Title of the section to which resolved deviations are moved."""
RESULTS = ("passed", "partly", "failed")
KINDS = ("drill", "real")
"""Of verifications: tried out, or done in real operation."""

NO_REASON = ("", "N/A")
"""What a change entry gives as a reason that is none, besides placeholders."""


class Change(Struct, frozen=True, gc=False, omit_defaults=True):
    """One entry of the change history of a page."""

    version: str
    place: Place
    date: str = ""
    why: str = ""
    what: str = ""

    @property
    def is_explained(self) -> bool:
        """Whether what changed and why are both given, and are not placeholders."""
        return not any(
            is_placeholder(text) or text.strip(" .").upper() in NO_REASON
            for text in (self.why, self.what)
        )


class Verification(Struct, frozen=True, gc=False, omit_defaults=True):
    """A record of the day on which somebody followed the page. Invalid values are empty."""

    place: Place
    date: str = ""
    result: str = ""
    """One of ``RESULTS``."""
    kind: str = ""
    """One of ``KINDS``."""
    by: str = ""
    version: str = ""
    """Of the page."""
    environment: str = ""
    evidence: str = ""
    issues: tuple[Value, ...] = ()
    """What is to change after it."""

    @property
    def is_failure(self) -> bool:
        """Whether it did not pass, or only partly."""
        return self.result in RESULTS[1:]


class Approval(Struct, frozen=True, gc=False, omit_defaults=True):
    """A record that somebody agrees to a version of the page. Invalid values are empty."""

    who: str
    place: Place
    role: str = ""
    date: str = ""
    version: str = ""
