"""Findings: what a rule reports, and an identity that does not change when lines move."""

import hashlib
import posixpath
from collections.abc import Iterable

from msgspec import Struct, field

from sphinxext_opsdocs.config.confidence import Confidence
from sphinxext_opsdocs.config.schema import Severity
from sphinxext_opsdocs.facts.model import Fix, Place

__all__ = [
    "Fault",
    "Finding",
    "Related",
    "counted_noun",
    "fingerprint",
    "full_message",
    "has_failures",
    "join_path",
    "printable",
    "sort_findings",
]


class Related(Struct, frozen=True, gc=False):
    """Another place that a finding is about, with a message on it."""

    message: str
    place: Place


class Fault(Struct, frozen=True, gc=False):
    """What a rule reports. ``key`` identifies a fault within its page, without a line number."""

    message: str
    place: Place
    docname: str
    key: str
    related: tuple[Related, ...] = ()
    is_note: bool = False
    """Whether it reports what the rule cannot check: its severity is at most info."""
    fix: Fix | None = None
    confidence: Confidence = "high"


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
    """The reason of the ``opsdocs-ignore`` that covers it; empty without one."""
    content: str = ""
    """Its fingerprint without the page, which identifies it in a baseline."""
    baseline_date: str = field(name="known_since", default="")
    """The day it was first recorded in the baseline, ISO 8601; empty for a new finding."""
    fix: Fix | None = None
    """What "opsdocs fix" writes; None where a person has to decide."""
    confidence: Confidence = "high"
    """How likely it is right; the severity of one of less than ``high`` is at most info."""
    further: tuple[str, ...] = ()
    """``content`` of the findings on the same line for which it stands too."""

    @property
    def is_reported(self) -> bool:
        """Whether reports show it and a check fails on it: not suppressed, not in the baseline."""
        return not (self.suppressed or self.baseline_date)


def has_failures(findings: Iterable[Finding]) -> bool:
    """Whether a check with these findings fails: an error or warning is reported."""
    return any(f.severity in ("error", "warning") and f.is_reported for f in findings)


def fingerprint(rule: str, docname: str, key: str, occurrence: int) -> str:
    """Return 16 hex digits of content alone; ``occurrence`` counts equal keys on a page from 0."""
    text = "\0".join((rule, docname, key, str(occurrence)))
    # a document can name a lone surrogate by its number, which strict UTF-8 cannot encode
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def sort_findings(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings by file and line, in reading order."""
    # rule, message and fingerprint decide within a line: equal findings give equal bytes
    return sorted(findings, key=lambda f: (f.place, f.rule, f.message, f.fingerprint))


def full_message(finding: Finding, base: str = "") -> str:
    """Return the message with its related places, for formats without a field for them.

    Their paths are joined to ``base``.
    """
    related = "; ".join(
        f"{other.message}: {join_path(base, other.place.path)}:{other.place.line}"
        for other in finding.related
    )
    if not related:
        return finding.message
    return f"{finding.message} ({related})"


def printable(text: str) -> str:
    """Return text with control and formatting characters escaped."""
    # escape sequences in a document must not control the terminal of whoever reads a report
    return "".join(map(_escape_unprintable, text))


def counted_noun(number: int, noun: str) -> str:
    """Return ``1 page``, ``2 pages``."""
    if number == 1:
        return f"{number} {noun}"
    return f"{number} {noun}s"


def join_path(base: str, path: str) -> str:
    """Return a path below a base, without ``..`` parts as far as possible."""
    return posixpath.normpath(posixpath.join(base, path))


def _escape_unprintable(character: str) -> str:
    if character.isprintable():
        return character
    return ascii(character)[1:-1]
