"""The deviation register: every observed deviation, the worst and oldest open one first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING

from msgspec import Struct

from sphinxext_opsdocs.config.schema import Config
from sphinxext_opsdocs.facts.model import Deviation, Place
from sphinxext_opsdocs.graph.ages import days_between, days_open, is_past_limit
from sphinxext_opsdocs.graph.nodes import DeviationNode
from sphinxext_opsdocs.issues.reference import Issue
from sphinxext_opsdocs.reports.blocks import (
    Cell,
    Part,
    badge,
    deviation_part,
    doc_part,
    joined,
    phrase,
    section_part,
    styled,
    text_cell,
    titled_section,
    url_part,
)
from sphinxext_opsdocs.reports.deviation_card import (
    age_cell,
    evidence_part,
    issue_part,
    state_parts,
)
from sphinxext_opsdocs.reports.filters import Filters, is_wanted
from sphinxext_opsdocs.reports.report import Chip, Report
from sphinxext_opsdocs.reports.severities import severity_badge, severity_order
from sphinxext_opsdocs.reports.table_model import Column, owner_names
from sphinxext_opsdocs.reports.workarounds import workaround_place

if TYPE_CHECKING:
    from sphinxext_opsdocs.graph.graph import TraceabilityGraph

__all__ = ["REGISTER"]


class _Entry(Struct, frozen=True):
    """A deviation on the day of the report."""

    graph: TraceabilityGraph
    node: DeviationNode
    pages: list[str]
    """Docnames of the pages that show it: several may include the file that records it."""
    owners: list[str]
    """Of the spec domains that it diverges from."""
    today: date

    @property
    def deviation(self) -> Deviation:
        return self.node.deviation

    @property
    def age(self) -> int | None:
        """Days since it was observed; None if that date is missing."""
        return days_open(self.deviation, self.today)

    @property
    def days_to_resolve(self) -> int | None:
        """Days that it was open; None if a date is missing."""
        return days_between(self.deviation.observed, self.deviation.resolved)


def _entries(graph: TraceabilityGraph, today: date, filters: Filters) -> Iterator[_Entry]:
    records: dict[tuple[str, Place], list[DeviationNode]] = defaultdict(list)
    nodes = sorted(graph.deviations, key=lambda node: severity_order(graph.config, node.deviation))
    for node in nodes:
        records[node.deviation.id, node.deviation.place].append(node)
    for node, *others in records.values():
        pages = list(dict.fromkeys(each.docname for each in (node, *others)))
        domain_keys = sorted({spec.domain_key for spec in node.specs if spec.domain_key})
        owners = owner_names(graph, domain_keys)
        if is_wanted(
            filters,
            domain=domain_keys,
            state=node.deviation.state,
            severity=node.deviation.severity,
            owner=owners,
            environment=node.deviation.environments,
            service=node.deviation.services,
            document=pages,
        ):
            yield _Entry(graph, node, pages, owners, today)


def _id(entry: _Entry) -> Cell:
    number = entry.deviation.id
    return (deviation_part(number) if number else phrase("(no id)"),)


def _state(entry: _Entry) -> Cell:
    return (phrase(entry.deviation.state),)


def _age(entry: _Entry) -> Cell:
    if entry.deviation.state != "open":
        return text_cell("")
    return _number(entry.age)


def _sections(entry: _Entry) -> Cell:
    parts: list[Part] = []
    for spec in entry.node.specs:
        if spec.section:
            parts.append(section_part(spec.section))
        else:
            parts.append(phrase("{target} (unresolved)", target=spec.target))
    # one section may be named in several ways
    return joined(dict.fromkeys(parts), phrase("none"))


def _issues(entry: _Entry) -> Cell:
    parts = (issue_part(entry.graph, issue) for issue in _issues_once(entry))
    return joined(parts, phrase("none"))


def _issues_once(entry: _Entry) -> Iterable[Issue]:
    """The issues of a deviation; one may be named in several ways."""
    issues: dict[tuple[str, str], Issue] = {}
    for issue in entry.node.issues:
        issues.setdefault((issue.tracker, issue.ref or issue.text), issue)
    return issues.values()


def _last_observed(entry: _Entry) -> Cell:
    deviation = entry.deviation
    parts = [Part(text) for text in (deviation.last_observed, deviation.seen_in) if text]
    if deviation.evidence:
        parts.append(evidence_part(deviation))
    return joined(parts)


def _days_to_resolve(entry: _Entry) -> Cell:
    return _number(entry.days_to_resolve)


def _number(days: int | None) -> Cell:
    return text_cell("" if days is None else str(days))


def _mark(entry: _Entry) -> str:
    if is_past_limit(entry.graph.config, entry.deviation, entry.today):
        return "overdue"
    if entry.node.specs and entry.node.issues:
        return ""
    return "hole"


def _tags(entry: _Entry) -> Iterator[str]:
    yield entry.deviation.state
    yield entry.deviation.severity
    if mark := _mark(entry):
        yield mark


def _shown_deviation(entry: _Entry) -> Cell:
    cell = [*_id(entry), Part(" "), Part(entry.deviation.title)]
    if workaround_place(entry.graph, entry.node.docname, entry.deviation):
        cell.append(styled(phrase("has a workaround"), "below"))
    return tuple(cell)


def _shown_severity(entry: _Entry) -> Cell:
    severity, state = entry.deviation.severity, entry.deviation.state
    parts = [severity_badge(entry.graph.config, severity)] if severity else []
    if state == "resolved":
        parts += [Part(" "), badge(state)]
    return tuple(parts)


def _severity_order(entry: _Entry) -> str:
    is_resolved, rank, *_ = severity_order(entry.graph.config, entry.deviation)
    return f"{is_resolved:d} {rank:03}"


def _age_order(entry: _Entry) -> str:
    is_open = entry.deviation.state == "open"
    return _padded(entry.age if is_open else entry.days_to_resolve)


def _padded(days: int | None) -> str:
    return "" if days is None else f"{days:06}"


def _shown_age(entry: _Entry) -> Cell:
    return age_cell(entry.graph, entry.deviation, entry.today, has_bar=False)


def _shown_sections(entry: _Entry) -> Cell:
    cell: list[Part] = []
    for spec in entry.node.specs:
        if spec.section:
            cell.append(styled(titled_section(spec.section), "entry"))
            cell.append(Part(spec.section.id, style="below"))
        else:
            unresolved = phrase("{target} (unresolved)", target=spec.target)
            cell.append(styled(unresolved, "entry"))
    if entry.owners:
        cell.append(
            Part(", ".join(map(entry.graph.config.owner_name, entry.owners)), style="below")
        )
    return tuple(dict.fromkeys(cell)) or (phrase("none"),)


def _shown_issues(entry: _Entry) -> Cell:
    cell: list[Part] = []
    for issue in _issues_once(entry):
        state = entry.graph.state_of(issue)
        cell += [Part("", style="break")] if cell else []
        cell += [url_part(issue.text, issue.url), *(state_parts(state) if state else ())]
    return tuple(cell) or (phrase("none"),)


def _shown_page(entry: _Entry) -> Cell:
    documents = entry.graph.documents
    return tuple(styled(doc_part(name, documents[name].title), "entry") for name in entry.pages)


def _chips(config: Config) -> Iterator[Chip]:
    yield Chip("open", "Open")
    yield Chip("overdue", "Past limit")
    yield Chip("hole", "Holes only")
    for severity in config.deviations.age_limits:
        yield Chip(severity, severity, "severity")


REGISTER = Report(
    "deviation-register",
    "every observed deviation, the worst and oldest open one first",
    (
        Column("deviation", "Deviation", _id, _shown_deviation, width=6),
        Column("title", "Observed", lambda entry: text_cell(entry.deviation.title)),
        Column(
            "severity",
            "Severity",
            lambda entry: text_cell(entry.deviation.severity),
            _shown_severity,
            _severity_order,
            width=3,
        ),
        Column("state", "State", _state),
        Column("observed", "Since", lambda entry: text_cell(entry.deviation.observed)),
        Column("age", "Age (days)", _age, _shown_age, _age_order, width=3),
        Column("sections", "Diverges from", _sections, _shown_sections, width=5),
        Column("issues", "Issues", _issues, _shown_issues, width=4),
        Column("owner", "Owner", lambda entry: text_cell(", ".join(entry.owners))),
        Column(
            "page", "Page", lambda entry: joined(map(doc_part, entry.pages)), _shown_page, width=5
        ),
        Column("last-observed", "Last seen", _last_observed),
        Column(
            "environment",
            "Environment",
            lambda entry: text_cell(", ".join(entry.deviation.environments)),
        ),
        Column("service", "Service", lambda entry: text_cell(", ".join(entry.deviation.services))),
        Column("revisit-by", "Revisit by", lambda entry: text_cell(entry.deviation.revisit_by)),
        Column("agreed-by", "Agreed by", lambda entry: text_cell(entry.deviation.agreed_by)),
        Column("resolved", "Resolved", lambda entry: text_cell(entry.deviation.resolved)),
        Column(
            "days-to-resolve",
            "Days to resolve",
            _days_to_resolve,
            order=lambda entry: _padded(entry.days_to_resolve),
        ),
    ),
    {
        "domain": "spec domains that it diverges from",
        "state": "open, resolved",
        "severity": "severities",
        "owner": "owners of the spec domains",
        "document": "docname globs",
    },
    _entries,
    _mark,
    _tags,
    _chips,
    {
        "environment": "environments in which it was observed",
        "service": "services that it is about",
    },
)
