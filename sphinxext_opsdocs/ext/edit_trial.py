"""Edits of a page that are written only if the page, read with them, has just that change."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from msgspec.structs import replace
from sphinx.application import Sphinx
from sphinx.util.logging import suppress_logging

from sphinxext_opsdocs.edits.resolve_deviation import HISTORY
from sphinxext_opsdocs.edits.source_text import EditError, SourceText
from sphinxext_opsdocs.ext.domain import OpsDomain
from sphinxext_opsdocs.ext.trial_source import trial_source
from sphinxext_opsdocs.facts.model import Change, Deviation, DocumentFacts, Header, Link, Place
from sphinxext_opsdocs.graph.nodes import DeviationNode
from sphinxext_opsdocs.markup.deviation import UNFILLED_TEXT

__all__ = [
    "Attempt",
    "edit_corrections",
    "edit_deviation",
    "edit_header",
    "edit_new_deviation",
    "edit_version",
]

Attempt = Callable[[SourceText, DocumentFacts], list[str]]
"""Returns the new lines of a file. Raises EditError."""
NOWHERE = Place("", 0)


class _Reading(NamedTuple):
    """The result of one reading of a page."""

    facts: DocumentFacts
    warnings: int


FaultCheck = Callable[[_Reading, _Reading], str]
"""Returns what is wrong with a page after an edit; empty if the edit is sound."""


def edit_deviation(
    app: Sphinx,
    ops_domain: OpsDomain,
    node: DeviationNode,
    attempts: Sequence[Attempt],
    expected: Mapping[str, object],
    keeps: bool = True,
) -> int:
    """Make the first edit that is sound, and return its index; ``keeps`` it in the file.

    An edit is sound if the page, read with it, has the deviation with the ``expected`` values and
    nothing else changed, except that workarounds may be missing. Raises EditError, with nothing
    written, if no edit is sound or if somebody else has changed the file meanwhile.
    """

    def fault(before: _Reading, after: _Reading) -> str:
        return _deviation_fault(before, after, node.deviation, expected)

    return _edit(app, ops_domain, node.docname, node.deviation.place, attempts, fault, keeps)


def edit_version(
    app: Sphinx, ops_domain: OpsDomain, docname: str, attempt: Attempt, change: Change
) -> None:
    """Make an edit that gives a page a version and its entry in the change history.

    The edit is sound if the page, read with it, has both and nothing else changed. Raises
    EditError, with nothing written, if it is not, or if somebody else has changed the file.
    """

    def fault(before: _Reading, after: _Reading) -> str:
        return _version_fault(before, after, change)

    _edit(app, ops_domain, docname, _place_of(ops_domain, docname), [attempt], fault, keeps=True)


def edit_header(
    app: Sphinx,
    ops_domain: OpsDomain,
    docname: str,
    attempt: Attempt,
    expected: Mapping[str, object],
) -> None:
    """Make an edit that gives attributes of the header these values.

    The edit is sound if the page, read with it, has them and nothing else changed. Raises
    EditError, with nothing written, if it is not, or if somebody else has changed the file.
    """

    def fault(before: _Reading, after: _Reading) -> str:
        return _header_fault(before, after, expected)

    _edit(app, ops_domain, docname, _place_of(ops_domain, docname), [attempt], fault, keeps=True)


def edit_new_deviation(
    app: Sphinx, ops_domain: OpsDomain, docname: str, attempt: Attempt, new_id: str
) -> None:
    """Make an edit that adds a deviation with an id to a page.

    The edit is sound if the page, read with it, has one more deviation and nothing else changed.
    Raises EditError, with nothing written, if it is not, or if somebody else has changed the file.
    """

    def fault(before: _Reading, after: _Reading) -> str:
        added = [each for each in after.facts.deviations if each.id == new_id]
        if len(added) != 1 or len(after.facts.deviations) != len(before.facts.deviations) + 1:
            return f'"{new_id}" would not be recorded once'
        rest = _without_new_links(after, before)
        # what is still to be said, a check reports
        problems = tuple(p for p in rest.facts.problems if not p.message.endswith(UNFILLED_TEXT))
        kept = replace(rest.facts, passages=before.facts.passages, problems=problems)
        rest = rest._replace(facts=kept)
        return _lost_links(before, after) or _side_effect(before, rest, added[0])

    _edit(app, ops_domain, docname, _place_of(ops_domain, docname), [attempt], fault, keeps=True)


def edit_corrections(
    app: Sphinx, ops_domain: OpsDomain, docname: str, attempt: Attempt, keeps: bool
) -> None:
    """Make an edit that corrects names on a page; ``keeps`` it in the file.

    The edit is sound if the page, read with it, has no new warnings. Raises EditError, with nothing
    written, if it has, or if somebody else has changed the file.
    """

    def fault(before: _Reading, after: _Reading) -> str:
        return _new_warnings(before, after)

    _edit(app, ops_domain, docname, _place_of(ops_domain, docname), [attempt], fault, keeps)


def _place_of(ops_domain: OpsDomain, docname: str) -> Place:
    facts = ops_domain.documents[docname]
    return facts.header.place if facts.header else Place(facts.path, 1)


def _edit(
    app: Sphinx,
    ops_domain: OpsDomain,
    docname: str,
    place: Place,
    attempts: Sequence[Attempt],
    fault: FaultCheck,
    keeps: bool,
) -> int:
    source = SourceText.read(Path(app.srcdir) / place.path)
    # the text, not the file: an editor can have saved another one since the documents were read
    before = _read(app, ops_domain, docname, source, source.lines)
    reason = "no edit was tried"
    for index, attempt in enumerate(attempts):
        lines: Sequence[str] = ()
        try:
            lines = attempt(source, before.facts)
            reason = fault(before, _read(app, ops_domain, docname, source, lines))
        except EditError as error:
            reason = str(error)
        if not reason:
            if keeps:
                source.write(lines)
            return index
    raise EditError(f"{place.path}:{place.line} cannot be edited safely: {reason}; edit it by hand")


def _read(
    app: Sphinx, ops_domain: OpsDomain, docname: str, source: SourceText, lines: Sequence[str]
) -> _Reading:
    """Read a page with these lines as Sphinx does: every extension forgets it first.

    Raises EditError if nothing is known of the page then.
    """
    with trial_source(app, docname, source, lines), suppress_logging() as records:
        app.emit("env-purge-doc", app.env, docname)
        app.env.clear_doc(docname)
        app.builder.read_doc(docname)
        warnings = sum(record.levelno >= logging.WARNING for record in records.buffer)
    facts = ops_domain.documents.get(docname)
    if facts is None:
        raise EditError("the page could not be read")
    return _Reading(replace(facts, passages=ops_domain.passages_of(facts)), warnings)


def _deviation_fault(
    before: _Reading, after: _Reading, deviation: Deviation, expected: Mapping[str, object]
) -> str:
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


def _version_fault(before: _Reading, after: _Reading, change: Change) -> str:
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


def _lost_links(before: _Reading, after: _Reading) -> str:
    old, new = (Counter(map(_without_place, each.facts.links)) for each in (before, after))
    return "links would be lost" if old - new else ""


def _without_new_links(reading: _Reading, before: _Reading) -> _Reading:
    """A reading without the links that only an entry or a deviation adds."""
    return reading._replace(facts=replace(reading.facts, links=before.facts.links))


def _header_fault(before: _Reading, after: _Reading, expected: Mapping[str, object]) -> str:
    new = after.facts.header
    if not new or any(getattr(new, name) != value for name, value in expected.items()):
        return "the header would not get the intended values"
    if len(before.facts.changes) != len(after.facts.changes):
        return "the change history would change"
    return _changed_header(before, new, expected) or _side_effect(
        _with_header(before, new), after, None
    )


def _changed_header(before: _Reading, new: Header, meant: Collection[str]) -> str:
    """The first field of the header that changed and was not meant, in words; empty for none."""
    old = before.facts.header
    for name in Header.__struct_fields__:
        is_meant = name in ("place", "given", "defaulted", "class_text") or name in meant
        if old and not is_meant and getattr(old, name) != getattr(new, name):
            return f"the field {name} of the header would change"
    return ""


def _with_header(reading: _Reading, header: Header) -> _Reading:
    return reading._replace(facts=replace(reading.facts, header=header))


def _side_effect(before: _Reading, after: _Reading, deviation: Deviation | None) -> str:
    """What an edit changed beside its deviation or version, in a few words; empty for nothing."""
    old, new = before.facts, after.facts
    if fault := _new_warnings(before, after):
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


def _new_warnings(before: _Reading, after: _Reading) -> str:
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
