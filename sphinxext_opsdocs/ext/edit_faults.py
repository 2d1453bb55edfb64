"""What an edit changed on a page beside what was meant, told from two readings of the page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from sphinxext_opsdocs.facts.model import (
    Change,
    Deviation,
    DocumentFacts,
    Header,
    Link,
    Place,
    Verification,
)
from sphinxext_opsdocs.facts.records import HISTORY
from sphinxext_opsdocs.markup.deviation import UNFILLED_TEXT

__all__ = [
    "Reading",
    "deviation_fault",
    "header_fault",
    "new_deviation_fault",
    "new_warnings",
    "record_fault",
    "version_fault",
]

NOWHERE = Place("", 0)


class Reading(NamedTuple):
    """The result of one reading of a page."""

    facts: DocumentFacts
    warnings: int


def new_deviation_fault(before: Reading, after: Reading, new_id: str) -> str:
    """What is wrong with a page that gets a deviation with this id; empty if it is sound."""
    added = [each for each in after.facts.deviations if each.id == new_id]
    if len(added) != 1 or len(after.facts.deviations) != len(before.facts.deviations) + 1:
        return f'"{new_id}" would not be recorded once'
    rest = _without_new_links(after, before)
    # what is still to be said, a check reports
    problems = tuple(p for p in rest.facts.problems if not p.message.endswith(UNFILLED_TEXT))
    kept = replace(rest.facts, passages=before.facts.passages, problems=problems)
    rest = rest._replace(facts=kept)
    return _lost_links(before, after) or _side_effect(before, rest, added[0])


def deviation_fault(
    before: Reading, after: Reading, deviation: Deviation, expected: Mapping[str, object]
) -> str:
    """What is wrong with a page whose deviation gets these values; empty if it is sound."""
    matches = [other for other in after.facts.deviations if other.id == deviation.id]
    if len(matches) != 1 or any(
        _value(matches[0], name) != value for name, value in expected.items()
    ):
        return "the deviation would not get the intended values"
    if len(before.facts.changes) != len(after.facts.changes):
        return "the change history would change"
    return _side_effect(before, after, deviation)


def _value(deviation: Deviation, name: str) -> object:
    if name == "issues":
        return tuple(issue.text for issue in deviation.issues)
    return getattr(deviation, name)


def version_fault(before: Reading, after: Reading, change: Change) -> str:
    """What is wrong with a page that gets a version and its entry; empty if it is sound."""
    header, entries = after.facts.header, after.facts.changes
    # its words are read without their markup, and a link has the title of what it leads to
    is_recorded = any(
        (entry.version, entry.date, bool(entry.why), bool(entry.what))
        == (change.version, change.date, bool(change.why), bool(change.what))
        for entry in entries
    )
    if not header or header.version != change.version or not is_recorded:
        return "the version or its entry would not be as intended"
    if len(entries) != len(before.facts.changes) + 1:
        return "other entries of the change history would change"
    rest = _without_new_links(after, before)
    return (
        _lost_links(before, after)
        or _changed_header(before, header, ("version", "last_reviewed"))
        or _side_effect(_with_header(before, header), rest, None)
    )


def record_fault(before: Reading, after: Reading, record: Verification) -> str:
    """What is wrong with a page that gets this record of a verification; empty if it is sound."""
    old, new = (
        Counter(map(_values_of_record, each.facts.verifications)) for each in (before, after)
    )
    if list((new - old).elements()) != [_values_of_record(record)] or old - new:
        return new_warnings(before, after) or "the record would not be read as intended"
    header = after.facts.header
    if not header:
        return "the page has no header; add one"
    if len(before.facts.changes) != len(after.facts.changes):
        return "the change history would change"
    return (
        _lost_links(before, after)
        or _changed_header(before, header, ("last_verified",))
        or _side_effect(_with_header(before, header), _without_new_links(after, before), None)
    )


def _values_of_record(record: Verification) -> tuple[object, ...]:
    issues = tuple(issue.text for issue in record.issues)
    return msgspec.structs.astuple(replace(record, place=NOWHERE, issues=())), issues


def _lost_links(before: Reading, after: Reading) -> str:
    old, new = (Counter(map(_without_place, each.facts.links)) for each in (before, after))
    return "links would be lost" if old - new else ""


def _without_new_links(reading: Reading, before: Reading) -> Reading:
    """A reading without the links that only an entry or a deviation adds."""
    return reading._replace(facts=replace(reading.facts, links=before.facts.links))


def header_fault(before: Reading, after: Reading, expected: Mapping[str, object]) -> str:
    """What is wrong with a page whose header gets these values; empty if it is sound."""
    new = after.facts.header
    if not new or any(getattr(new, name) != value for name, value in expected.items()):
        return "the header would not get the intended values"
    if len(before.facts.changes) != len(after.facts.changes):
        return "the change history would change"
    return _changed_header(before, new, expected) or _side_effect(
        _with_header(before, new), after, None
    )


def _changed_header(before: Reading, new: Header, meant: Collection[str]) -> str:
    """The first field of the header that changed and was not meant, in words; empty for none."""
    old = before.facts.header
    for name in Header.__struct_fields__:
        is_meant = name in ("place", "given", "defaulted", "class_text") or name in meant
        if old and not is_meant and getattr(old, name) != getattr(new, name):
            return f"the field {name} of the header would change"
    return ""


def _with_header(reading: Reading, header: Header) -> Reading:
    return reading._replace(facts=replace(reading.facts, header=header))


def _side_effect(before: Reading, after: Reading, deviation: Deviation | None) -> str:
    """What an edit changed beside its deviation or version, in a few words; empty for nothing."""
    old, new = before.facts, after.facts
    if fault := new_warnings(before, after):
        return fault
    old_values = _unrelated_facts(old, deviation)
    new_values = _unrelated_facts(new, deviation)
    for title, value in old_values.items():
        if new_values[title] != value:
            return f"{title} would change"
    # text and links may only become fewer: a resolved deviation loses its workarounds
    if Counter(p.text for p in new.passages) - Counter(p.text for p in old.passages):
        return "other text would change"
    if Counter(map(_without_place, new.links)) - Counter(map(_without_place, old.links)):
        return "links would change"
    return ""


def new_warnings(before: Reading, after: Reading) -> str:
    """What a page would be warned of that it is not today, in words; empty for nothing."""
    known = Counter(problem.message for problem in before.facts.problems)
    new = Counter(problem.message for problem in after.facts.problems) - known
    if new:
        return f"the page would have a new fault: {next(iter(new))}"
    return "the page would have new warnings" if after.warnings > before.warnings else ""


def _unrelated_facts(facts: DocumentFacts, deviation: Deviation | None) -> Mapping[str, object]:
    """The facts of a page that no edit of this deviation may change, by a title for messages."""
    others = [other for other in facts.deviations if not _is_same(other, deviation)]
    return {
        "section titles": [s.title for s in facts.sections if s.title != HISTORY],
        "another deviation": Counter(repr(_without_places(other)) for other in others),
        "references": Counter((r.target, r.why) for r in facts.references),
        "the header": facts.header and facts.header.given.keys(),
        "ignores": Counter((i.rules, i.reason) for i in facts.ignores),
        "approvals": Counter((a.who, a.role, a.version) for a in facts.approvals),
        "labels": _unrelated_labels(facts, deviation),
    }


def _unrelated_labels(facts: DocumentFacts, deviation: Deviation | None) -> Mapping[str, str]:
    """The section of each label, without those that move together with the deviation."""
    moved = [other for other in facts.deviations if _is_same(other, deviation)]
    anchors = {other.anchor for other in moved}
    sections = {other.section for other in moved}
    return {
        label.name: label.section
        for label in facts.labels
        if label.anchor not in anchors and label.section not in sections
    }


def _is_same(other: Deviation, deviation: Deviation | None) -> bool:
    return deviation is not None and other.id == deviation.id


def _without_place(link: Link) -> tuple[str, str]:
    return link.kind, link.target


def _without_places(deviation: Deviation) -> Deviation:
    return replace(
        deviation,
        place=NOWHERE,
        section="",
        specs=tuple(replace(value, place=NOWHERE) for value in deviation.specs),
        issues=tuple(replace(value, place=NOWHERE) for value in deviation.issues),
    )
