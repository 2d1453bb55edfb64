"""The answer of ``opsdocs impact`` in each of its formats."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from sphinxext_opsdocs.canonical.section import CanonicalSection
from sphinxext_opsdocs.config.schema import Config
from sphinxext_opsdocs.findings.escaping import markdown_text
from sphinxext_opsdocs.findings.finding import counted_noun, fingerprint, join_path, printable
from sphinxext_opsdocs.impact.impact import Dependency, Use, count_uses
from sphinxext_opsdocs.reports import sarif
from sphinxext_opsdocs.reports.blocks import text_cell, url_part
from sphinxext_opsdocs.reports.indented_json import indented_json
from sphinxext_opsdocs.reports.table_formats import TABLE_FORMATS
from sphinxext_opsdocs.reports.table_model import Row, Table

__all__ = ["IMPACT_FORMATS", "ImpactAnswer", "SectionImpact"]

RULE = "canonical_impact"
FORMAT = 1
COLUMNS = ("Section", "Change", "Page", "Where", "Deviation", "Owner", "Through")


class SectionImpact(Struct, frozen=True):
    """A section and its dependents."""

    section: CanonicalSection
    dependencies: tuple[Dependency, ...]
    change: str = ""
    """Words that continue "which ..."; empty if the sections were named instead."""


class ImpactAnswer(Struct, frozen=True):
    """The impact of all sections."""

    sections: tuple[SectionImpact, ...]
    config: Config
    base: str = ""
    """The folder in front of paths."""
    since: str = ""
    """The revision since which the sections changed; empty if they were named instead."""

    @property
    def dependencies(self) -> Sequence[Dependency]:
        """The dependents of all sections."""
        return [dependency for impact in self.sections for dependency in impact.dependencies]


def _summary(answer: ImpactAnswer) -> str:
    if not answer.sections:
        event = "has dependents"
        if answer.since:
            event = f"changed since {answer.since}"
        return f"No section of a specification {event}."
    pages, deviations = count_uses([dependency.use for dependency in answer.dependencies])
    verb = "depend"
    if pages == 1:
        verb = "depends"
    text = (
        f"{counted_noun(pages, 'page')} {verb} on {counted_noun(len(answer.sections), 'section')}"
    )
    if answer.since:
        text += f" that changed since {answer.since}"
    if pages:
        text += f", with {counted_noun(deviations, 'open deviation')}"
    return f"{text}."


def _text(answer: ImpactAnswer) -> str:
    lines = [line for impact in answer.sections for line in _section_lines(answer, impact)]
    return "".join(f"{printable(line)}\n" for line in [*lines, _summary(answer)])


def _section_lines(answer: ImpactAnswer, impact: SectionImpact) -> Iterator[str]:
    section = impact.section
    title = f"{section.id}: {section.full_title}"
    if impact.change:
        title += f", {impact.change}"
    where = section.url or f"{join_path(answer.base, section.place.path)}:{section.place.line}"
    yield f"{title} ({where})"
    for dependency in impact.dependencies:
        yield f"  {', '.join(_particulars(answer, dependency))}"
    if not impact.dependencies:
        yield "  no dependents"


def _particulars(answer: ImpactAnswer, dependency: Dependency) -> Iterator[str]:
    use = dependency.use
    path = _page(use)
    if not use.project:  # a path to jump to
        path = join_path(answer.base, use.place.path)
    yield f"{path}:{use.place.line}"
    if use.heading:
        yield use.heading
    if use.deviation:
        yield f"deviation {use.deviation} ({use.state or 'state unknown'})"
    if use.owners:
        yield f"owner {answer.config.owner_label(*use.owners)}"
    if dependency.via:
        yield f"through {_path(dependency)}"


def _page(use: Use) -> str:
    if not use.project:
        return use.docname
    return f"{use.project}: {use.docname}"


def _path(dependency: Dependency) -> str:
    """The sections between a use and the section that it depends on."""
    return " ← ".join(dependency.via)


def _markdown(answer: ImpactAnswer) -> str:
    """A comment for the pull request of the specification."""
    rows = [
        _row(answer, impact, dependency)
        for impact in answer.sections
        for dependency in impact.dependencies
    ]
    text = f"### Impact on operational documents\n\n{_summary(answer)}\n"
    if rows:
        text += "\n" + TABLE_FORMATS["markdown"](Table(COLUMNS, tuple(dict.fromkeys(rows))))
    owners = {key for dependency in answer.dependencies for key in dependency.use.owners}
    labels = sorted(map(answer.config.owner_label, owners))
    if labels:
        text += f"\nOwners to ask for a review: {', '.join(map(markdown_text, labels))}\n"
    return text


def _row(answer: ImpactAnswer, impact: SectionImpact, dependency: Dependency) -> Row:
    use = dependency.use
    deviation = ""
    if use.deviation:
        deviation = f"{use.deviation} ({use.state})"
    return Row(
        (
            (url_part(impact.section.id, impact.section.url),),
            text_cell(impact.change),
            (url_part(_page(use), use.url),),
            text_cell(use.heading),
            text_cell(deviation),
            text_cell(answer.config.owner_label(*use.owners)),
            text_cell(_path(dependency)),
        )
    )


def _json(answer: ImpactAnswer) -> str:
    """Paths are relative to ``base``, which is in the answer."""
    pages, deviations = count_uses([dependency.use for dependency in answer.dependencies])
    content = {
        "format": FORMAT,
        "since": answer.since,
        "base": answer.base,
        "pages": pages,
        "open_deviations": deviations,
        "sections": [_section_row(impact) for impact in answer.sections],
    }
    return indented_json(content)


def _section_row(impact: SectionImpact) -> dict[str, Any]:
    section = impact.section
    pages, deviations = count_uses([dependency.use for dependency in impact.dependencies])
    return {
        "section": section.id,
        "title": section.title,
        "page": section.name,
        "url": section.url,
        "change": impact.change,
        "pages": pages,
        "open_deviations": deviations,
        "dependencies": [
            {**msgspec.to_builtins(dependency.use), "via": list(dependency.via)}
            for dependency in impact.dependencies
        ],
    }


def _sarif(answer: ImpactAnswer) -> str:
    rule = {
        "id": RULE,
        "shortDescription": {"text": "A page depends on a section of a specification."},
        "defaultConfiguration": {"level": "note"},
    }
    results: list[dict[str, Any]] = []
    occurrences: Counter[str] = Counter()
    for impact in answer.sections:
        for dependency in impact.dependencies:
            use = dependency.use
            if use.project:  # its file is in another repository
                continue
            key = f"{impact.section.id} {use.docname} {use.deviation}"
            results.append(_sarif_result(answer, impact, dependency, occurrences[key]))
            occurrences[key] += 1
    return sarif.render_log([rule], results)


def _sarif_result(
    answer: ImpactAnswer, impact: SectionImpact, dependency: Dependency, occurrence: int
) -> dict[str, Any]:
    use, section = dependency.use, impact.section
    message = f'depends on "{section.id}"'
    if dependency.via:
        message += f" through {_path(dependency)}"
    if impact.change:
        message += f", which {impact.change}"
    key = f"{section.id} {use.deviation}"
    return {
        "ruleId": RULE,
        "ruleIndex": 0,
        "level": "note",
        "message": {"text": printable(message)},
        "locations": [sarif.location(use.place, answer.base)],
        "partialFingerprints": {"opsdocs/v1": fingerprint(RULE, use.docname, key, occurrence)},
    }


IMPACT_FORMATS: Mapping[str, Callable[[ImpactAnswer], str]] = {
    "text": _text,
    "markdown": _markdown,
    "json": _json,
    "sarif": _sarif,
}
