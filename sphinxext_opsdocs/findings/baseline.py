"""The baseline ``opsdocs-baseline.json``: findings that were there when a team began.

One entry a line, sorted, so that branches merge. An entry tells a finding by rule, document and
content, never by its line.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from sphinxext_opsdocs.findings.finding import Finding
from sphinxext_opsdocs.storage import StorageError, read_file

__all__ = [
    "Baseline",
    "BaselineError",
    "Entry",
    "dump_baseline",
    "load_baseline",
    "matched",
    "renewed",
]

BASELINE_FORMAT = 1


class BaselineError(Exception):
    """A baseline that cannot be read; the message says why, without the file's name."""


class Entry(Struct, frozen=True, gc=False, order=True):
    """A finding that is known. Sorted by document, then rule."""

    document: str
    """Docname; empty for one on no page."""
    rule: str
    content: str
    """Digest of what the rule reports, whatever the document and the line."""
    since: str
    """The day it was recorded first, ISO 8601."""


Baseline = tuple[Entry, ...]


class _File(Struct, forbid_unknown_fields=True):
    format: int
    entries: tuple[Entry, ...]


class _Format(Struct):
    format: int


def dump_baseline(entries: Iterable[Entry]) -> bytes:
    """The file as UTF-8 JSON that ends with a newline."""
    rows = b",\n".join(map(msgspec.json.encode, sorted(entries)))
    return b'{"format": %d, "entries": [\n' % BASELINE_FORMAT + rows + b"\n]}\n"


def load_baseline(path: Path) -> Baseline | None:
    """The entries; None where there is no file. Raises BaselineError."""
    if not path.exists():
        return None
    try:
        data = read_file(path)
        found = msgspec.json.decode(data, type=_Format).format
        if found != BASELINE_FORMAT:
            raise BaselineError(f"has format {found}, this version reads {BASELINE_FORMAT}")
        entries = msgspec.json.decode(data, type=_File).entries
        for entry in entries:
            date.fromisoformat(entry.since)
    except StorageError as error:
        raise BaselineError(str(error)) from None
    except ValueError as error:  # no JSON, no UTF-8, or no date
        raise BaselineError(f"is no baseline: {error}") from None
    except RecursionError:
        raise BaselineError("is no baseline: it is nested too deeply") from None
    return entries


def matched(
    findings: Iterable[Finding], entries: Iterable[Entry], documents: Collection[str]
) -> tuple[list[Finding], list[Entry]]:
    """The findings with the day since when each is known, and the entries that are fixed.

    An entry of a document that is gone stands for the same finding of another one: the page was
    renamed.
    """
    kept: dict[tuple[str, str, str], list[Entry]] = defaultdict(list)
    for entry in sorted(entries, key=lambda entry: entry.since, reverse=True):
        is_gone = entry.document and entry.document not in documents
        kept["" if is_gone else entry.document, entry.rule, entry.content].append(entry)
    told: list[Finding] = []
    for finding in findings:
        what = finding.rule, finding.content
        group = kept.get((finding.docname, *what)) or kept.get(("", *what))
        if group and not finding.suppressed:
            finding = replace(finding, known_since=group.pop().since)  # the oldest of equal ones
        told.append(finding)
    return told, sorted(entry for group in kept.values() for entry in group)


def renewed(findings: Iterable[Finding], today: date) -> Baseline:
    """A baseline of these findings; those that are known keep their day."""
    return tuple(
        Entry(f.docname, f.rule, f.content, f.known_since or today.isoformat()) for f in findings
    )
