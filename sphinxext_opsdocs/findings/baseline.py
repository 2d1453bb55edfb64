"""The baseline ``opsdocs-baseline.json``: findings of the time before a team used this extension.

One entry a line, sorted, so that branches merge. An entry identifies a finding by rule, document
and content, never by its line.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from sphinxext_opsdocs.findings.finding import Finding
from sphinxext_opsdocs.storage import FileFormat
from sphinxext_opsdocs.three_way_merge import merge_entries

__all__ = [
    "BASELINE_FORMAT",
    "Baseline",
    "BaselineEntry",
    "dump_baseline",
    "match_baseline",
    "merge_baselines",
    "renew_baseline",
]

FORMAT = 1


class BaselineEntry(Struct, frozen=True, gc=False, order=True):
    """A recorded finding. Entries are sorted by document, then rule."""

    document: str
    """Docname; empty for a finding that is not on a page."""
    rule: str
    content: str
    """Digest of what the rule reports, without document and line."""
    since: str
    """The day it was first recorded, ISO 8601."""


Baseline = tuple[BaselineEntry, ...]


class _File(Struct, forbid_unknown_fields=True):
    format: int
    entries: tuple[BaselineEntry, ...]


def dump_baseline(entries: Iterable[BaselineEntry]) -> bytes:
    """Return the file as UTF-8 JSON that ends with a newline."""
    rows = b",\n".join(map(msgspec.json.encode, sorted(entries)))
    return b'{"format": %d, "entries": [\n' % FORMAT + rows + b"\n]}\n"


def _decode_baseline(data: bytes) -> Baseline:
    entries = msgspec.json.decode(data, type=_File).entries
    for entry in entries:
        date.fromisoformat(entry.since)
    return entries


BASELINE_FORMAT = FileFormat("baseline", _decode_baseline, FORMAT, is_mergeable=True)


def match_baseline(
    findings: Iterable[Finding], entries: Iterable[BaselineEntry], documents: Collection[str]
) -> tuple[list[Finding], list[BaselineEntry]]:
    """Return the findings with their dates in the baseline, and the entries without a finding.

    An entry of a document that no longer exists also stands for the same finding of another
    document: the page may have been renamed.
    """
    groups: dict[tuple[str, str, str], list[BaselineEntry]] = defaultdict(list)
    # the oldest entry of equal ones is last, and so the first to be matched
    for entry in sorted(entries, key=lambda entry: entry.since, reverse=True):
        document = entry.document
        if document not in documents:
            document = ""
        groups[document, entry.rule, entry.content].append(entry)
    dated: list[Finding] = []
    for finding in findings:
        identity = finding.rule, finding.content
        group = groups.get((finding.docname, *identity)) or groups.get(("", *identity))
        # an ignore takes the place of the entry, which is then left over as fixed
        if group and not finding.suppressed:
            finding = replace(finding, baseline_date=group.pop().since)
        dated.append(finding)
    return dated, sorted(entry for group in groups.values() for entry in group)


def renew_baseline(findings: Iterable[Finding], today: date) -> Baseline:
    """Return a baseline of these findings; those with a date in an earlier one keep it."""
    return tuple(
        BaselineEntry(f.docname, f.rule, content, f.baseline_date or today.isoformat())
        for f in findings
        for content in (f.content, *f.further)
    )


def merge_baselines(base: Baseline, ours: Baseline, theirs: Baseline) -> Baseline:
    """Return two versions of a baseline merged; of two days the older one is kept."""
    merged = merge_entries(_by_identity(base), _by_identity(ours), _by_identity(theirs), _older)
    return tuple(sorted(merged.values()))


def _by_identity(entries: Baseline) -> dict[tuple[str, str, str], BaselineEntry]:
    # of equal entries the oldest is last, and so the one that is kept
    return {(e.document, e.rule, e.content): e for e in sorted(entries, reverse=True)}


def _older(
    _key: tuple[str, str, str], mine: BaselineEntry | None, other: BaselineEntry | None
) -> BaselineEntry:
    # an entry that one side removed and the other recorded anew is kept: a check reports it as
    # fixed if it is
    return min((entry for entry in (mine, other) if entry), key=lambda entry: entry.since)
