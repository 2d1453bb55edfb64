"""The summary of a review, to post on a pull request."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from sphinxext_opsdocs.facts.model import DocumentFacts
from sphinxext_opsdocs.findings.finding import based, sentence
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.review.change_set import ORDER, ChangeSet, PageChange
from sphinxext_opsdocs.rules.engine.check import CheckResult

__all__ = ["render"]

ESCAPED = str.maketrans({char: f"\\{char}" for char in "\\`*_[]<>|"})


def render(changes: ChangeSet, result: CheckResult, graph: TraceabilityGraph, base: str) -> str:
    """Markdown: findings, pages and versions, deviations, references, specifications.

    ``base`` is put before the paths of findings.
    """
    parts = [f"## Operational documents, against {_plain(changes.base)}"]
    parts += _part("Findings", _findings(result, base))
    parts += _part("Pages that say something else", _pages(changes))
    parts += _part("Pages that are new, moved, split or gone", _moved(changes))
    parts += _part("Lifecycle", _lifecycle(changes))
    parts += _part("Deviations", _deviations(changes))
    parts += _part("Canonical references", _references(changes, graph))
    parts += _part("Specifications", _specifications(changes, graph))
    if len(parts) == 1:
        parts.append("Nothing changed in meaning.")
    return "\n\n".join(parts) + "\n"


def _part(title: str, lines: Iterable[str]) -> Iterator[str]:
    text = "\n".join(f"- {line}" for line in lines)
    if text:
        yield f"### {title}"
        yield text


def _plain(text: str) -> str:
    return text.translate(ESCAPED)


def _findings(result: CheckResult, base: str) -> Iterator[str]:
    for finding in result.findings:
        if finding.stands:
            place = f"{based(base, finding.place.path)}:{finding.place.line}"
            told = _plain(sentence(finding, base))
            yield f"**{finding.severity}** `{place}` {told} (`{finding.rule}`)"


def _pages(changes: ChangeSet) -> Iterator[str]:
    for page in changes.changed:
        sections = ", ".join(map(_plain, page.changed_sections[:5])) or ORDER
        yield f"`{page.facts.docname}`{_version(page)}: {sections}{_editorial(page)}"


def _version(page: PageChange) -> str:
    old = page.old.header.version if page.old and page.old.header else ""
    new = page.new.header.version if page.new and page.new.header else ""
    return f" {old or '-'} → {new or '-'}" if old != new else f" {new}" if new else ""


def _editorial(page: PageChange) -> str:
    header = page.new.header if page.new else None
    before = page.old.header.editorial if page.old and page.old.header else ""
    is_new = header and header.editorial and header.editorial != before
    return f" (editorial: {_plain(header.editorial)})" if header and is_new else ""


def _moved(changes: ChangeSet) -> Iterator[str]:
    for page in changes.pages:
        if page.old is None:
            yield f"new: `{page.facts.docname}`"
        elif page.new is None:
            status = page.facts.header.status if page.facts.header else ""
            yield f"gone: `{page.facts.docname}`" + (f", which was {status}" if status else "")
        elif page.is_renamed:
            yield f"moved: `{page.old.docname}` → `{page.new.docname}`"
    for page, part in changes.split:
        yield f"split: `{page.facts.docname}`, part of it is `{part.facts.docname}`"


def _lifecycle(changes: ChangeSet) -> Iterator[str]:
    for page in changes.pages:
        old = page.old.header.status if page.old and page.old.header else ""
        new = page.new.header.status if page.new and page.new.header else ""
        if page.old and page.new and old != new:
            yield f"`{page.facts.docname}`: {old or '-'} → {new or '-'}"


def _deviations(changes: ChangeSet) -> Iterator[str]:
    old, new = changes.deviations_before, changes.deviations_after
    for key in sorted({*old, *new}):
        facts, deviation = new.get(key) or old[key]
        told = f"{_plain(key)} on `{facts.docname}`: {_plain(deviation.title)}"
        if key not in old:
            yield f"recorded: {told}"
        elif key not in new:
            yield f"vanished: {told}"
        elif old[key][1].state != deviation.state:
            yield f"{deviation.state}: {told}"


def _references(changes: ChangeSet, graph: TraceabilityGraph) -> Iterator[str]:
    suspect = {
        (edge.docname, edge.resolution.target)
        for edge in graph.edges
        if (pin := graph.pin_of(edge))
        and edge.resolution.section
        and pin.digest != edge.resolution.section.entry.whole_digest
    }
    for page in changes.pages:
        name = page.facts.docname
        old, new = _targets(page.old), _targets(page.new)
        for target in (new - old) if page.old else ():
            yield f"added: `{name}` → `{target}`"
        for target in (old - new) if page.new else ():
            yield f"dropped: `{name}` → `{target}`"
    for name, target in sorted(suspect):
        yield f"suspect: `{name}` → `{target}`, whose text is not what was reviewed"


def _targets(facts: DocumentFacts | None) -> Counter[str]:
    return Counter(reference.target for reference in facts.references) if facts else Counter()


def _specifications(changes: ChangeSet, graph: TraceabilityGraph) -> Iterator[str]:
    for page in changes.pages:
        spec = changes.edited_specification(page)
        if spec:
            whom = _plain(graph.config.whom(spec.owner) or "its owner")
            sections = ", ".join(map(_plain, page.changed_sections[:5]))
            tracker = f", issues in {_plain(spec.tracker)}" if spec.tracker else ""
            yield f"`{page.facts.docname}`: {sections}; ask {whom}{tracker}"
