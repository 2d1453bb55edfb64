"""The summary of a review, to post on a pull request."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date

from sphinxext_opsdocs.facts.model import DocumentFacts, Header, Place
from sphinxext_opsdocs.findings.escaping import code_span, markdown_text
from sphinxext_opsdocs.findings.finding import full_message, join_path
from sphinxext_opsdocs.findings.result import CheckResult
from sphinxext_opsdocs.graph.due import find_due
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.reports.reminder import due_lines
from sphinxext_opsdocs.review.change_set import ORDER_CHANGE, ChangeSet, PageChange

__all__ = ["render"]

NOWHERE = Place("", 0)
SECTIONS_SHOWN = 5
"""Changed sections that the line of a page names."""


def render(
    changes: ChangeSet, result: CheckResult, graph: TraceabilityGraph, base: str, today: date
) -> str:
    """Markdown with a part for each kind of change; ``base`` is the folder in front of paths."""
    parts = [f"## Operational documents, against {markdown_text(changes.base)}"]
    parts += _part("Findings", _findings(result, base))
    parts += _part("Changed pages", _pages(changes))
    parts += _part("New, moved, split and removed pages", _moved(changes))
    parts += _part("Lifecycle", _lifecycle(changes))
    parts += _part("Deviations", _deviations(changes))
    parts += _part("Canonical references", _references(changes, graph))
    parts += _part("Specifications", _specifications(changes, graph))
    parts += _part("Overdue on the pages of this change", _due(changes, graph, today))
    if len(parts) == 1:
        parts.append("Nothing changed in meaning.")
    return "\n\n".join(parts) + "\n"


def _part(title: str, lines: Iterable[str]) -> Iterator[str]:
    text = "\n".join(f"- {line}" for line in lines)
    if text:
        yield f"### {title}"
        yield text


def _findings(result: CheckResult, base: str) -> Iterator[str]:
    for finding in result.findings:
        if finding.is_reported:
            place = f"{join_path(base, finding.place.path)}:{finding.place.line}"
            text = markdown_text(full_message(finding, base))
            yield f"**{finding.severity}** {code_span(place)} {text} ({code_span(finding.rule)})"


def _pages(changes: ChangeSet) -> Iterator[str]:
    for page in changes.changed:
        old, new = _header(page.old), _header(page.new)
        line = f"{code_span(page.facts.docname)}"
        if old.version != new.version:
            line += f" {_transition(old.version, new.version)}"
        elif new.version:
            line += f" {new.version}"
        line += f": {_changed_sections(page) or ORDER_CHANGE}"
        # an editorial note covers one change: an old note says nothing about this one
        if new.editorial and new.editorial != old.editorial:
            line += f" (editorial: {markdown_text(new.editorial)})"
        yield line


def _header(facts: DocumentFacts | None) -> Header:
    """The header of a page; an empty one for a page without."""
    if not facts or not facts.header:
        return Header(NOWHERE)
    return facts.header


def _transition(old: str, new: str) -> str:
    return f"{old or '-'} → {new or '-'}"


def _changed_sections(page: PageChange) -> str:
    return ", ".join(map(markdown_text, page.changed_sections[:SECTIONS_SHOWN]))


def _moved(changes: ChangeSet) -> Iterator[str]:
    for page in changes.pages:
        if page.old is None:
            yield f"new: {code_span(page.facts.docname)}"
        elif page.new is None:
            line = f"removed: {code_span(page.facts.docname)}"
            if status := _header(page.old).status:
                line += f", which was {status}"
            yield line
        elif page.is_renamed:
            yield f"moved: {code_span(page.old.docname)} → {code_span(page.new.docname)}"
    for page, part in changes.split:
        whole, new = code_span(page.facts.docname), code_span(part.facts.docname)
        yield f"split: part of {whole} is now {new}"


def _lifecycle(changes: ChangeSet) -> Iterator[str]:
    for page in changes.pages:
        old, new = _header(page.old).status, _header(page.new).status
        if page.old and page.new and old != new:
            yield f"{code_span(page.facts.docname)}: {_transition(old, new)}"


def _deviations(changes: ChangeSet) -> Iterator[str]:
    old, new = changes.deviations_before, changes.deviations_after
    for number in sorted({*old, *new}):
        facts, deviation = new.get(number) or old[number]
        event = deviation.state
        if number not in old:
            event = "recorded"
        elif number not in new:
            event = "removed"
        elif old[number][1].state == deviation.state:
            continue
        title = markdown_text(deviation.title)
        yield f"{event}: {markdown_text(number)} on {code_span(facts.docname)}: {title}"


def _references(changes: ChangeSet, graph: TraceabilityGraph) -> Iterator[str]:
    for page in changes.pages:
        # the references of a new page, or of a removed one, are no change of their own
        if page.old and page.new:
            name = page.facts.docname
            old, new = _targets(page.old), _targets(page.new)
            for target in new - old:
                yield f"added: {code_span(name)} → {code_span(target)}"
            for target in old - new:
                yield f"dropped: {code_span(name)} → {code_span(target)}"
    for name, target in sorted(set(_suspect_targets(graph))):
        edge = f"{code_span(name)} → {code_span(target)}"
        yield f"suspect: {edge}, which changed since it was reviewed"


def _targets(facts: DocumentFacts) -> Counter[str]:
    # counted: of two references to one section, a page can drop one
    return Counter(reference.target for reference in facts.references)


def _suspect_targets(graph: TraceabilityGraph) -> Iterator[tuple[str, str]]:
    """Page and target of each reference to a section that changed since it was pinned."""
    for edge in graph.edges:
        section, pin = edge.resolution.section, graph.pin_of(edge)
        if section and pin and pin.digest != section.entry.whole_digest:
            yield edge.docname, edge.resolution.target


def _due(changes: ChangeSet, graph: TraceabilityGraph, today: date) -> Iterator[str]:
    """What is overdue on the pages that the change touches, and on no others."""
    touched = {
        page.new.docname
        for page in changes.pages
        if page.new and f"{changes.folder}{page.new.path}" in changes.paths
    }
    overdue = [item for item in find_due(graph, today, within=-1) if item.docname in touched]
    yield from due_lines(graph, overdue, today)


def _specifications(changes: ChangeSet, graph: TraceabilityGraph) -> Iterator[str]:
    for page in changes.pages:
        spec_domain = changes.edited_specification(page)
        if not spec_domain:
            continue
        owner = markdown_text(graph.config.owner_label(spec_domain.owner) or "its owner")
        line = f"{code_span(page.facts.docname)}: {_changed_sections(page)}; ask {owner}"
        if spec_domain.tracker:
            line += f", issues in {markdown_text(spec_domain.tracker)}"
        yield line
