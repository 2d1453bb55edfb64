"""Edits of a page that are written only if the page, read with them, has just that change."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from msgspec.structs import replace
from sphinx.application import Sphinx
from sphinx.util.logging import suppress_logging

from sphinxext_opsdocs.edits.source_text import EditError, SourceText
from sphinxext_opsdocs.ext.domain import OpsDomain
from sphinxext_opsdocs.ext.edit_faults import (
    Reading,
    deviation_fault,
    header_fault,
    new_deviation_fault,
    new_warnings,
    record_fault,
    version_fault,
)
from sphinxext_opsdocs.ext.trial_source import trial_source
from sphinxext_opsdocs.facts.model import Change, DocumentFacts, Place, Verification
from sphinxext_opsdocs.graph.nodes import DeviationNode

__all__ = [
    "Attempt",
    "edit_corrections",
    "edit_deviation",
    "edit_header",
    "edit_new_deviation",
    "edit_record",
    "edit_version",
]

Attempt = Callable[[SourceText, DocumentFacts], list[str]]
"""Returns the new lines of a file. Raises EditError."""
FaultCheck = Callable[[Reading, Reading], str]
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
    deviation = node.deviation
    fault = partial(deviation_fault, deviation=deviation, expected=expected)
    return _edit(app, ops_domain, node.docname, deviation.place, attempts, fault, keeps)


def edit_version(
    app: Sphinx, ops_domain: OpsDomain, docname: str, attempt: Attempt, change: Change
) -> None:
    """Make an edit that gives a page a version and its entry in the change history.

    The edit is sound if the page, read with it, has both and nothing else changed. Raises
    EditError, with nothing written, if it is not, or if somebody else has changed the file.
    """
    _edit_page(app, ops_domain, docname, attempt, partial(version_fault, change=change))


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
    _edit_page(app, ops_domain, docname, attempt, partial(header_fault, expected=expected))


def edit_new_deviation(
    app: Sphinx, ops_domain: OpsDomain, docname: str, attempt: Attempt, new_id: str
) -> None:
    """Make an edit that adds a deviation with an id to a page.

    The edit is sound if the page, read with it, has one more deviation and nothing else changed.
    Raises EditError, with nothing written, if it is not, or if somebody else has changed the file.
    """
    _edit_page(app, ops_domain, docname, attempt, partial(new_deviation_fault, new_id=new_id))


def edit_record(
    app: Sphinx, ops_domain: OpsDomain, docname: str, attempt: Attempt, record: Verification
) -> None:
    """Make an edit that adds a record of a verification to a page.

    The edit is sound if the page, read with it, has the record and nothing else changed, except
    for ``last-verified`` in its header. Raises EditError, with nothing written, if it is not, or if
    somebody else has changed the file.
    """
    _edit_page(app, ops_domain, docname, attempt, partial(record_fault, record=record))


def edit_corrections(
    app: Sphinx, ops_domain: OpsDomain, docname: str, attempt: Attempt, keeps: bool
) -> None:
    """Make an edit that corrects names on a page; ``keeps`` it in the file.

    The edit is sound if the page, read with it, has no new warnings. Raises EditError, with nothing
    written, if it has, or if somebody else has changed the file.
    """
    _edit_page(app, ops_domain, docname, attempt, new_warnings, keeps)


def _edit_page(
    app: Sphinx,
    ops_domain: OpsDomain,
    docname: str,
    attempt: Attempt,
    fault: FaultCheck,
    keeps: bool = True,
) -> None:
    facts = ops_domain.documents[docname]
    place = facts.header.place if facts.header else Place(facts.path, 1)
    _edit(app, ops_domain, docname, place, [attempt], fault, keeps)


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
) -> Reading:
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
    return Reading(replace(facts, passages=ops_domain.passages_of(facts)), warnings)
