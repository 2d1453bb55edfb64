"""The dashboard of an owner: the verdict of the gate, what to fix first, and how things stand."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from sphinxext_opsdocs.config.classes import SPECIFICATION
from sphinxext_opsdocs.config.lifecycle import Lifecycle
from sphinxext_opsdocs.facts.model import Deviation
from sphinxext_opsdocs.findings.finding import Finding
from sphinxext_opsdocs.findings.result import CheckResult
from sphinxext_opsdocs.graph.ages import days_open, days_to_review
from sphinxext_opsdocs.graph.groups import linked_section_ids, recorded_once
from sphinxext_opsdocs.graph.nodes import DeviationNode, GovernedDocument
from sphinxext_opsdocs.reports.blocks import (
    Block,
    Cell,
    Chart,
    Group,
    Items,
    Line,
    Part,
    Rows,
    badge,
    counted,
    deviation_part,
    doc_part,
    joined,
    phrase,
    styled,
    url_part,
)
from sphinxext_opsdocs.reports.coverage import find_coverage
from sphinxext_opsdocs.reports.deviation_card import age_cell
from sphinxext_opsdocs.reports.figures import Recorded, find_figures
from sphinxext_opsdocs.reports.severities import severity_badge, severity_order
from sphinxext_opsdocs.reports.table_model import owner_names
from sphinxext_opsdocs.reports.tiles import (
    dashboard_title,
    figure,
    named,
    out_of,
    share,
)

if TYPE_CHECKING:
    from sphinxext_opsdocs.graph.graph import TraceabilityGraph

__all__ = ["dashboard"]

MOST_TO_FIX = 10
MOST_AGES = 20
"""Deviations whose age is shown."""
SOON = (30, 90, 180, 365)
"""Days until which reviews are counted together."""
MONTHS = 6
"""Of the chart of open deviations."""


def dashboard(
    graph: TraceabilityGraph, result: CheckResult, today: date, recorded: Sequence[Recorded] = ()
) -> Group:
    """All of it; every number comes from the functions that the gate uses.

    ``recorded`` are the figures of earlier commits, the oldest first.
    """
    page = _Dashboard(graph, result, today)
    return Group((*page.blocks(), *_trend(recorded)), "dashboard")


def _trend(recorded: Sequence[Recorded]) -> Iterator[Block]:
    """The findings of each commit that was measured, if there is more than one."""
    if len(recorded) < 2:
        return
    series = (
        (badge("known", "minor"), tuple(row.known for row in recorded)),
        (badge("warnings", "major"), tuple(row.findings.get("warning", 0) for row in recorded)),
        (badge("errors", "critical"), tuple(row.findings.get("error", 0) for row in recorded)),
    )
    yield dashboard_title(phrase("Findings by commit"))
    yield Chart(tuple(row.date for row in recorded), series)


class _Dashboard:
    def __init__(self, graph: TraceabilityGraph, result: CheckResult, today: date) -> None:
        self._graph, self._today = graph, today
        self._figures = find_figures(graph, result, today)
        self._findings = [finding for finding in result.findings if finding.is_reported]
        self._nodes = sorted(
            recorded_once(graph.deviations),
            key=lambda node: severity_order(graph.config, node.deviation),
        )
        """Each recorded deviation once, the worst open one first."""
        self._open = [node for node in self._nodes if node.deviation.state == "open"]

    def blocks(self) -> Iterator[Block]:
        """From the verdict to the freshness of single pages."""
        yield self._verdict()
        yield Items(tuple(self._tiles()), "tiles")
        to_fix = list(self._to_fix())
        if to_fix:
            yield dashboard_title(phrase("What to fix first"))
            more = len(to_fix) - MOST_TO_FIX
            if more > 0:
                to_fix[MOST_TO_FIX:] = [(phrase("and {count} more", count=str(more)),)]
            yield Items(tuple(to_fix))
        if self._nodes:
            yield dashboard_title(phrase("Open deviations over time"))
            yield self._chart()
        if self._open:
            yield dashboard_title(phrase("Age against its limit"))
            yield Rows(tuple(self._ages()), "about")
        if self._graph.config.domains:
            yield dashboard_title(phrase("By spec domain"))
            yield Rows(tuple(self._domains()), "about")
        yield dashboard_title(phrase("By owner"))
        yield Rows(tuple(self._owners()), "about")
        yield dashboard_title(phrase("Days until the next review"))
        yield Rows(tuple(self._freshness()), "about")
        if coverage := find_coverage(self._graph, self._open):
            yield coverage

    def _verdict(self) -> Group:
        figures = self._figures
        title, look = phrase("The gate is red"), "overdue"
        if figures.is_green:
            title, look = phrase("The gate is green"), "canonical"
        errors, warnings = figures.findings["error"], figures.findings["warning"]
        text = (
            counted("{count} error", "{count} errors", errors),
            Part(", "),
            counted("{count} warning", "{count} warnings", warnings),
            Part(" · "),
            counted("{count} rule", "{count} rules", figures.rules),
            Part(", "),
            counted("{count} page", "{count} pages", figures.pages),
            Part(" · "),
            phrase("as of {date}", date=self._today.isoformat()),
        )
        return Group(
            (Line((styled(title, "strong"),), "verdict-title"), Line(text)), f"verdict {look}"
        )

    def _tiles(self) -> Iterator[Cell]:
        figures, config = self._figures, self._graph.config
        severities: list[Part] = []
        for severity, number in figures.open_deviations.items():
            if number:
                severities += [Part(" "), Part(f"{number} "), severity_badge(config, severity)]
        total = sum(figures.open_deviations.values())
        yield (figure(total), named(phrase("open deviations")), *severities)
        yield figure(figures.past_limit), named(phrase("past their age limit"))
        yield share(figures.linked_sections, figures.sections, phrase("sections linked"))
        suspect = phrase("references suspect")
        yield (
            figure(figures.suspect_references),
            *out_of(figures.pinned_references),
            named(suspect),
        )
        yield share(figures.reviews_in_time, figures.reviews, phrase("reviewed in time"))
        statuses: list[Part] = []
        for status, number in figures.documents.items():
            if status != Lifecycle.CANONICAL:
                statuses += [Part(f" {number} "), badge(status)]
        canonical = figures.documents.get(Lifecycle.CANONICAL, 0)
        yield (figure(canonical), named(phrase("Canonical pages")), *statuses)
        yield figure(figures.known), named(phrase("known findings in the baseline"))

    def _to_fix(self) -> Iterator[Cell]:
        """What, why now and who, the worst first: what makes the gate red, then all else."""
        for severity in ("error", "warning"):
            for finding in self._findings:
                if finding.severity == severity:
                    yield self._finding(finding, severity)
        for node in self._open:
            deviation = node.deviation
            if deviation.id:
                what = (deviation_part(deviation.id), Part(f" {deviation.title}"))
                badges = _badges(severity_badge(self._graph.config, deviation.severity))
                age = age_cell(self._graph, deviation, self._today, has_bar=False)
                who = (Part(", ".join(self._owners_of(node))), *_issues(node))
                yield (*badges, *what, Part(" · "), *age, Part(" · "), *who)
        for document in self._graph.governed:
            if cell := self._not_live(document):
                yield cell

    def _finding(self, finding: Finding, severity: str) -> Cell:
        facts = self._graph.documents.get(finding.docname)
        page: Cell = ()
        if facts:
            owner = self._graph.config.owner_name(*facts.header.owners) if facts.header else ""
            page = Part(" · "), doc_part(facts.docname, facts.title)
            page += (Part(" · "), Part(owner)) if owner else ()
        look = badge(severity, "critical" if severity == "error" else "major")
        return look, Part(f" {finding.rule}: {finding.message}"), *page

    def _not_live(self, document: GovernedDocument) -> Cell:
        header, facts = document.header, document.facts
        days = days_to_review(document, self._today)
        if header.document_class == SPECIFICATION:
            return ()
        if header.status == Lifecycle.DRAFT:
            why = phrase("nobody has agreed to it yet")
        elif header.status == Lifecycle.DEPRECATED and header.remove_after:
            why = phrase("to be removed after {date}", date=header.remove_after)
        elif days is not None and days < 0:
            why = phrase("review overdue by {days} days", days=str(-days))
        else:
            return ()
        link = doc_part(facts.docname, facts.title)
        owner = self._graph.config.owner_name(*header.owners)
        return *_badges(badge(header.status)), link, Part(" · "), why, Part(" · "), Part(owner)

    def _chart(self) -> Chart:
        """How many deviations were open at the end of each week, by severity."""
        config = self._graph.config
        weeks = [self._today.toordinal() - 7 * back for back in range(MONTHS * 30 // 7, -1, -1)]
        series: list[tuple[Part, tuple[int, ...]]] = []
        for severity in reversed(config.deviations.age_limits):
            deviations = [
                node.deviation for node in self._nodes if node.deviation.severity == severity
            ]
            values = tuple(sum(_was_open(each, day) for each in deviations) for day in weeks)
            if any(values):
                series.append((severity_badge(config, severity), values))
        days = tuple(date.fromordinal(day).isoformat() for day in weeks)
        return Chart(days, tuple(series))

    def _ages(self) -> Iterator[tuple[Part, Cell]]:
        limits = self._graph.config.deviations.age_limits

        def used(node: DeviationNode) -> float:
            limit = limits.get(node.deviation.severity, 0)
            return -(days_open(node.deviation, self._today) or 0) / max(limit, 1)

        for node in sorted(self._open, key=used)[:MOST_AGES]:
            deviation = node.deviation
            cell = age_cell(self._graph, deviation, self._today)
            if deviation.id and cell:
                link = deviation_part(deviation.id)
                badges = _badges(severity_badge(self._graph.config, deviation.severity))
                yield link, (*badges, *cell)

    def _domains(self) -> Iterator[tuple[Part, Cell]]:
        linked = linked_section_ids(self._graph.edges)
        for key, spec_domain in self._graph.config.domains.items():
            ids = {each.id for each in self._graph.named_sections if each.domain_key == key}
            nodes = [n for n in self._open if any(spec.domain_key == key for spec in n.specs)]
            text = counted("{count} open deviation", "{count} open deviations", len(nodes))
            found = len(ids & linked)
            sections = phrase(
                "{linked} of {count} sections linked", linked=str(found), count=str(len(ids))
            )
            cell = (text, Part(", "), sections, Part("", "bar", f"{found}/{len(ids) or 1}"))
            yield Part(spec_domain.title or key), cell

    def _owners(self) -> Iterator[tuple[Part, Cell]]:
        pages = Counter(key for document in self._graph.governed for key in document.header.owners)
        by_owner: dict[str, list[Deviation]] = defaultdict(list)
        for node in self._open:
            for key in owner_names(self._graph, {spec.domain_key for spec in node.specs}):
                by_owner[key].append(node.deviation)
        for key in sorted({*pages, *by_owner}):
            parts = [counted("{count} page", "{count} pages", pages[key])]
            if deviations := by_owner.get(key, []):
                number = len(deviations)
                parts += [
                    Part(", "),
                    counted("{count} open deviation", "{count} open deviations", number),
                ]
                ages = [days_open(deviation, self._today) or 0 for deviation in deviations]
                parts += [Part(", "), phrase("the oldest {days} days", days=str(max(ages)))]
            yield Part(self._owner(key)), tuple(parts)

    def _freshness(self) -> Iterator[tuple[Part, Cell]]:
        due = [
            (days, document)
            for document in self._graph.governed
            if (days := days_to_review(document, self._today)) is not None
        ]
        total = max(len(due), 1)
        start = None
        for end in (-1, *SOON):
            found = [d for days, d in due if days <= end and (start is None or days > start)]
            name = phrase("overdue") if end < 0 else phrase("within {days} days", days=str(end))
            yield name, _pages(found, total)
            start = end
        later = [document for days, document in due if days > SOON[-1]]
        yield phrase("later"), _pages(later, total)

    def _owners_of(self, node: DeviationNode) -> list[str]:
        keys = owner_names(self._graph, {spec.domain_key for spec in node.specs})
        return [self._owner(key) for key in keys]

    def _owner(self, key: str) -> str:
        return self._graph.config.owner_name(key)


def _was_open(deviation: Deviation, day: int) -> bool:
    if not deviation.observed or date.fromisoformat(deviation.observed).toordinal() > day:
        return False
    if deviation.state == "open":
        return True
    return bool(deviation.resolved) and date.fromisoformat(deviation.resolved).toordinal() > day


def _pages(documents: Sequence[GovernedDocument], total: int) -> Cell:
    cell: list[Part] = [counted("{count} page", "{count} pages", len(documents))]
    cell.append(Part("", "bar", f"{len(documents)}/{total}"))
    if 0 < len(documents) <= 5:
        names = (doc_part(each.facts.docname, each.facts.title) for each in documents)
        cell += [Part(" "), *joined(names)]
    return tuple(cell)


def _issues(node: DeviationNode) -> Iterator[Part]:
    for issue in node.issues:
        yield Part(" ")
        yield url_part(issue.text, issue.url)


def _badges(*parts: Part) -> Iterator[Part]:
    for part in parts:
        if part.text:
            yield part
            yield Part(" ")
