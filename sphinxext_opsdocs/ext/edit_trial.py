"""Edits that are read again before they stay: nothing else of their page changes."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from msgspec.structs import replace
from sphinx.application import Sphinx
from sphinx.util.logging import suppress_logging

from sphinxext_opsdocs.edits.directive import EditError, SourceText
from sphinxext_opsdocs.edits.resolve_deviation import HISTORY
from sphinxext_opsdocs.ext.domain import OpsDomain
from sphinxext_opsdocs.facts.model import Change, Deviation, DocumentFacts, Link, Place
from sphinxext_opsdocs.graph.graph import DeviationNode

__all__ = ["Attempt", "edit_deviation", "edit_version"]

Attempt = Callable[[SourceText, DocumentFacts], list[str]]
"""Makes the new lines of a file. Raises EditError."""
NOWHERE = Place("", 0)


class _Reading(NamedTuple):
    """What one reading of a page came to."""

    facts: DocumentFacts
    warnings: int


def edit_deviation(
    app: Sphinx,
    domain: OpsDomain,
    node: DeviationNode,
    attempts: Sequence[Attempt],
    expected: Mapping[str, object],
    keeps: bool = True,
) -> int:
    """Make the first of some edits that is sound, and say which; ``keeps`` it in the file.

    One is sound when the page, read again, has the deviation with the ``expected`` values and is
    otherwise what it was, less workarounds. Raises EditError when none is, with the file as it was.
    """

    def fault(before: _Reading, after: _Reading) -> str:
        return _difference(before, after, node.deviation, expected)

    return _edit(app, domain, node.docname, node.deviation.place, attempts, fault, keeps)


def edit_version(
    app: Sphinx, domain: OpsDomain, docname: str, attempt: Attempt, change: Change
) -> None:
    """Make an edit that gives a page a version and its entry. Raises EditError.

    It is sound when the page, read again, has both, and is otherwise what it was.
    """

    def fault(before: _Reading, after: _Reading) -> str:
        old, new = before.facts, after.facts
        made = [replace(entry, place=NOWHERE) for entry in new.changes]
        if not new.header or new.header.version != change.version or change not in made:
            return "version and entry do not come out as they should"
        if len(made) != len(old.changes) + 1:
            return "its other entries would change"
        return _disturbance(before, after, None)

    place = domain.documents[docname].header
    assert place
    _edit(app, domain, docname, place.place, [attempt], fault, keeps=True)


def _edit(
    app: Sphinx,
    domain: OpsDomain,
    docname: str,
    place: Place,
    attempts: Sequence[Attempt],
    fault: Callable[[_Reading, _Reading], str],
    keeps: bool,
) -> int:
    source = SourceText.read(Path(app.srcdir) / place.path)
    before = _read(app, domain, docname)
    why = "nothing was tried"
    for index, attempt in enumerate(attempts):
        is_kept = False
        try:
            source.write(attempt(source, before.facts))
            why = fault(before, _read(app, domain, docname))
            is_kept = keeps and not why
            if not why:
                return index
        except EditError as error:
            why = str(error)
        finally:
            if not is_kept:
                source.write(source.lines)
    raise EditError(f"{place.path}:{place.line} cannot be edited safely, do it by hand: {why}")


def _read(app: Sphinx, domain: OpsDomain, docname: str) -> _Reading:
    with suppress_logging() as records:
        app.emit("env-purge-doc", app.env, docname)
        app.env.clear_doc(docname)
        app.builder.read_doc(docname)
        warnings = sum(record.levelno >= logging.WARNING for record in records.buffer)
    facts = domain.documents[docname]
    return _Reading(replace(facts, passages=domain.passages_of(facts)), warnings)


def _difference(
    before: _Reading, after: _Reading, deviation: Deviation, expected: Mapping[str, object]
) -> str:
    """What an edit has changed that it should not have, in a few words; empty for nothing."""
    old, new = before.facts, after.facts
    found = [d for d in new.deviations if d.id == deviation.id]
    if len(found) != 1 or any(_value(found[0], key) != value for key, value in expected.items()):
        return "the deviation does not come out as it should"
    if len(old.changes) != len(new.changes):
        return "its changes would change"
    return _disturbance(before, after, deviation)


def _disturbance(before: _Reading, after: _Reading, deviation: Deviation | None) -> str:
    """What would be another beside what an edit is about; empty for nothing."""
    old, new = before.facts, after.facts
    if after.warnings > before.warnings or len(new.problems) > len(old.problems):
        return "the page would have new warnings"
    was, now = _shape(old, deviation), _shape(new, deviation)
    for what in was:
        if was[what] != now[what]:
            return f"its {what} would change"
    if Counter(p.text for p in new.passages) - Counter(p.text for p in old.passages):
        return "text around it would change"
    if Counter(map(_link, new.links)) - Counter(map(_link, old.links)):
        return "its links would change"
    return ""


def _shape(facts: DocumentFacts, deviation: Deviation | None) -> Mapping[str, object]:
    """What no edit may change of a page, but for a deviation that it is about."""
    mine = [d for d in facts.deviations if deviation and d.id == deviation.id]
    others = [d for d in facts.deviations if d not in mine]
    own = {d.anchor for d in mine}
    places = {d.section for d in mine}
    return {
        "sections": [s.title for s in facts.sections if s.title != HISTORY],
        "other deviations": Counter(map(repr, map(_bare, others))),
        "references": Counter((r.target, r.why) for r in facts.references),
        "header": facts.header.given.keys() if facts.header else None,
        "ignores": Counter((i.rules, i.reason) for i in facts.ignores),
        "labels": {
            label.name: label.section
            for label in facts.labels
            if label.anchor not in own and label.section not in places
        },
    }


def _link(link: Link) -> tuple[str, str]:
    return link.kind, link.target


def _bare(deviation: Deviation) -> Deviation:
    """A deviation without its places."""
    return replace(
        deviation,
        place=NOWHERE,
        section="",
        specs=tuple(replace(value, place=NOWHERE) for value in deviation.specs),
        issues=tuple(replace(value, place=NOWHERE) for value in deviation.issues),
    )


def _value(deviation: Deviation, name: str) -> object:
    if name == "issues":
        return tuple(issue.text for issue in deviation.issues)
    return getattr(deviation, name)
