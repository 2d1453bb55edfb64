"""Findings: what a rule reports, and the identity that survives when lines move."""

import hashlib
import posixpath
from collections.abc import Iterable

from msgspec import Struct

from sphinxext_opsdocs.config.schema import Severity
from sphinxext_opsdocs.facts.model import Place

__all__ = [
    "Fault",
    "Finding",
    "Related",
    "based",
    "counted_noun",
    "fails",
    "fingerprint",
    "printable",
    "sentence",
    "sort_findings",
]


class Related(Struct, frozen=True, gc=False):
    """Another place that a finding is about, with what stands there."""

    message: str
    place: Place


class Fault(Struct, frozen=True, gc=False):
    """What a rule reports. ``key`` tells faults of one page apart, with no line number in it."""

    message: str
    place: Place
    docname: str
    key: str
    related: tuple[Related, ...] = ()
    is_note: bool = False
    """Says what the rule cannot see: never more than severity info."""


class Finding(Struct, frozen=True, gc=False, omit_defaults=True):
    """A fault, stamped with its rule and severity (never ``off``)."""

    rule: str
    severity: Severity
    message: str
    place: Place
    docname: str
    fingerprint: str
    related: tuple[Related, ...] = ()
    suppressed: str = ""
    """The reason of the ``opsdocs-ignore`` that covers it; empty when none does."""
    content: str = ""
    """As the fingerprint, whatever the page: what a baseline knows it by."""
    known_since: str = ""
    """The day that the baseline has of it; empty for a new one."""

    @property
    def stands(self) -> bool:
        """Whether it is reported: neither suppressed nor known."""
        return not (self.suppressed or self.known_since)


def fails(findings: Iterable[Finding]) -> bool:
    """Whether a check with these findings is not clean: an error or warning stands."""
    return any(f.severity in ("error", "warning") and f.stands for f in findings)


def fingerprint(rule: str, docname: str, key: str, occurrence: int) -> str:
    """16 hex digits from content alone; ``occurrence`` counts equal keys on one page from 0."""
    text = "\0".join((rule, docname, key, str(occurrence)))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def sort_findings(findings: Iterable[Finding]) -> list[Finding]:
    """By file and line, as a reader goes through them."""
    return sorted(findings, key=lambda f: (f.place, f.rule, f.message, f.fingerprint))


def sentence(finding: Finding, base: str = "") -> str:
    """The message with its related places, for formats that have no field for them.

    ``base`` is put before their paths.
    """
    related = "; ".join(
        f"{other.message}: {based(base, other.place.path)}:{other.place.line}"
        for other in finding.related
    )
    return f"{finding.message} ({related})" if related else finding.message


def printable(text: str) -> str:
    """Control and formatting characters escaped: a document must not steer a reader's terminal."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def counted_noun(number: int, noun: str) -> str:
    """``1 page``, ``2 pages``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def based(base: str, path: str) -> str:
    """A path below a base, without ``..`` parts where that is possible."""
    return posixpath.normpath(posixpath.join(base, path))
