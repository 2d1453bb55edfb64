"""What ``opsdocs impact`` answers, in each of its formats."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from sphinxext_opsdocs.canonical.section import CanonicalSection
from sphinxext_opsdocs.config.schema import Config
from sphinxext_opsdocs.findings.finding import based, counted_noun, fingerprint, printable
from sphinxext_opsdocs.impact.impact import Dependency, counted
from sphinxext_opsdocs.reports import sarif
from sphinxext_opsdocs.reports.cells import Part, Row, Table, text_cell
from sphinxext_opsdocs.reports.tabular import TABLE_FORMATS

__all__ = ["IMPACT_FORMATS", "ImpactAnswer", "SectionImpact"]

RULE = "canonical_impact"
FORMAT = 1


class SectionImpact(Struct, frozen=True):
    """A section, what became of it (empty when that was not asked), and who depends on it."""

    section: CanonicalSection
    dependencies: tuple[Dependency, ...]
    change: str = ""


class ImpactAnswer(Struct, frozen=True):
    """The answer for all sections; ``base`` is put before paths, ``since`` the revision asked."""

    sections: tuple[SectionImpact, ...]
    config: Config
    base: str = ""
    since: str = ""

    @property
    def dependencies(self) -> Sequence[Dependency]:
        """Those of all sections."""
        return [found for impact in self.sections for found in impact.dependencies]


def _summary(answer: ImpactAnswer) -> str:
    if not answer.sections:
        since = f"changed since {answer.since}" if answer.since else "is depended on"
        return f"No section of a specification {since}."
    pages, deviations = counted([found.use for found in answer.dependencies])
    sections = counted_noun(len(answer.sections), "section")
    what = f"{sections} that changed since {answer.since}" if answer.since else sections
    told = f"{counted_noun(pages, 'page')} {'depends' if pages == 1 else 'depend'} on {what}"
    return f"{told}, with {counted_noun(deviations, 'open deviation')}." if pages else f"{told}."


def _text(answer: ImpactAnswer) -> str:
    lines: list[str] = []
    for impact in answer.sections:
        section = impact.section
        change = f", {impact.change}" if impact.change else ""
        where = section.url or f"{based(answer.base, section.place.path)}:{section.place.line}"
        lines.append(f"{section.id}: {section.page_title} › {section.title}{change} ({where})")
        lines += [f"  {_line(answer, found)}" for found in impact.dependencies] or ["  nobody"]
    return "".join(f"{printable(line)}\n" for line in [*lines, _summary(answer)])


def _line(answer: ImpactAnswer, found: Dependency) -> str:
    use = found.use
    where = f"{use.project}: {use.docname}" if use.project else based(answer.base, use.place.path)
    parts = [f"{where}:{use.place.line}"]
    parts += [use.heading] if use.heading else []
    parts += (
        [f"deviation {use.deviation} ({use.state or 'state unknown'})"] if use.deviation else []
    )
    parts += [f"owner {answer.config.whom(use.owner)}"] if use.owner else []
    parts += [f"through {' ← '.join(found.via)}"] if found.via else []
    return ", ".join(parts)


def _markdown(answer: ImpactAnswer) -> str:
    """A comment for the pull request of the specification."""
    rows = [
        Row(
            (
                (Part(impact.section.id, "url" if impact.section.url else "", impact.section.url),),
                text_cell(impact.change),
                (Part(_page(found), "url" if found.use.url else "", found.use.url),),
                text_cell(found.use.heading),
                text_cell(found.use.deviation and f"{found.use.deviation} ({found.use.state})"),
                text_cell(answer.config.whom(found.use.owner)),
                text_cell(" ← ".join(found.via)),
            )
        )
        for impact in answer.sections
        for found in impact.dependencies
    ]
    columns = ("Section", "Change", "Page", "Where", "Deviation", "Owner", "Through")
    text = f"### Impact on operational documents\n\n{_summary(answer)}\n"
    if not rows:
        return text
    owners = sorted({answer.config.whom(f.use.owner) for f in answer.dependencies})
    asked = ", ".join(filter(None, owners))
    text += "\n" + TABLE_FORMATS["markdown"](Table(columns, tuple(dict.fromkeys(rows))))
    return text + (f"\nOwners to ask for a review: {asked}\n" if asked else "")


def _page(found: Dependency) -> str:
    use = found.use
    return f"{use.project}: {use.docname}" if use.project else use.docname


def _json(answer: ImpactAnswer) -> str:
    """Paths are relative to ``base``, which the answer names."""
    pages, deviations = counted([found.use for found in answer.dependencies])
    log = {
        "format": FORMAT,
        "since": answer.since,
        "base": answer.base,
        "pages": pages,
        "open_deviations": deviations,
        "sections": [_section_row(impact) for impact in answer.sections],
    }
    return msgspec.json.format(msgspec.json.encode(log), indent=1).decode("utf-8") + "\n"


def _section_row(impact: SectionImpact) -> dict[str, Any]:
    section = impact.section
    pages, deviations = counted([found.use for found in impact.dependencies])
    return {
        "section": section.id,
        "title": section.title,
        "page": section.name,
        "url": section.url,
        "change": impact.change,
        "pages": pages,
        "open_deviations": deviations,
        "dependencies": [
            {**msgspec.to_builtins(found.use), "via": list(found.via)}
            for found in impact.dependencies
        ],
    }


def _sarif(answer: ImpactAnswer) -> str:
    rule = {
        "id": RULE,
        "shortDescription": {"text": "A page depends on a section of a specification."},
        "defaultConfiguration": {"level": "note"},
    }
    results: list[dict[str, Any]] = []
    known: Counter[str] = Counter()
    for impact in answer.sections:
        for found in impact.dependencies:
            if not found.use.project:  # other projects' files are not in this repository
                key = f"{impact.section.id} {found.use.docname} {found.use.deviation}"
                results.append(_sarif_result(answer, impact, found, known[key]))
                known[key] += 1
    return sarif.log([rule], results)


def _sarif_result(
    answer: ImpactAnswer, impact: SectionImpact, found: Dependency, occurrence: int
) -> dict[str, Any]:
    use, section = found.use, impact.section
    via = f" through {' ← '.join(found.via)}" if found.via else ""
    change = f", which {impact.change}" if impact.change else ""
    key = f"{section.id} {use.deviation}"
    return {
        "ruleId": RULE,
        "ruleIndex": 0,
        "level": "note",
        "message": {"text": printable(f'depends on "{section.id}"{via}{change}')},
        "locations": [sarif.location(use.place, answer.base)],
        "partialFingerprints": {"opsdocs/v1": fingerprint(RULE, use.docname, key, occurrence)},
    }


IMPACT_FORMATS: Mapping[str, Callable[[ImpactAnswer], str]] = {
    "text": _text,
    "markdown": _markdown,
    "json": _json,
    "sarif": _sarif,
}
