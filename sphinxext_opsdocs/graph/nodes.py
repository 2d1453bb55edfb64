"""The nodes and edges of the traceability graph."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from sphinxext_opsdocs.canonical.section import Resolution
from sphinxext_opsdocs.config.classes import DocumentClass
from sphinxext_opsdocs.config.lifecycle import Lifecycle
from sphinxext_opsdocs.facts.model import Deviation, DocumentFacts, Header, Place, Verification
from sphinxext_opsdocs.issues.reference import Issue

__all__ = ["CanonicalEdge", "DeviationNode", "GovernedDocument"]


class GovernedDocument(Struct, frozen=True, gc=False):
    """A document with its governed header and class (None if the class is unknown)."""

    facts: DocumentFacts
    header: Header
    document_class: DocumentClass | None

    @property
    def review_interval(self) -> int:
        """Days between reviews: the header's, else the class's; 0 for never."""
        # archived documents are kept as history and do not change
        if self.header.status == Lifecycle.ARCHIVED:
            return 0
        if self.header.review_interval is not None:
            return self.header.review_interval
        if self.document_class is None:
            return 0
        return self.document_class.review_interval

    @property
    def verification_interval(self) -> int:
        """Days between drills or real runs; 0 for never."""
        if self.document_class is None or self.header.status == Lifecycle.ARCHIVED:
            return 0
        return self.document_class.verification_interval

    @property
    def last_record(self) -> Verification | None:
        """The newest record of a verification, whatever its result; None without any."""
        return _newest(self.facts.verifications)

    @property
    def last_failure(self) -> Verification | None:
        """The newest record of all, if it did not pass."""
        record = self.last_record
        return record if record and record.is_failure else None

    @property
    def last_pass(self) -> Verification | None:
        """The newest record of a verification that passed."""
        return _newest(each for each in self.facts.verifications if each.result == "passed")

    @property
    def last_verified(self) -> str:
        """The day of that record; of a page without, what its header says."""
        if record := self.last_pass:
            return record.date
        return self.header.last_verified


class CanonicalEdge(Struct, frozen=True, gc=False):
    """A reference from a document, or from one of its deviations, to a canonical section."""

    docname: str
    place: Place
    section: str
    """First anchor of the section that contains the reference."""
    resolution: Resolution
    deviation: str = ""
    why: str = ""


class DeviationNode(Struct, frozen=True, gc=False):
    """A deviation with its specification targets and issues resolved."""

    docname: str
    deviation: Deviation
    specs: tuple[Resolution, ...]
    issues: tuple[Issue, ...]


def _newest(records: Iterable[Verification]) -> Verification | None:
    # of records of one day, the later one on the page; one without a date has a problem
    dated = [record for record in records if record.date]
    return max(reversed(dated), key=lambda record: record.date, default=None)
