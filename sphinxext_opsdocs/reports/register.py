"""The deviation register: every observed deviation, the worst and oldest open one first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from msgspec import Struct

from sphinxext_opsdocs.facts.model import Deviation, Place
from sphinxext_opsdocs.graph.nodes import DeviationNode
from sphinxext_opsdocs.issues.reference import Issue
from sphinxext_opsdocs.issues.snapshot import OUTCOME_PRESENT
from sphinxext_opsdocs.reports.filters import Filters, is_wanted
from sphinxext_opsdocs.reports.report import Report
from sphinxext_opsdocs.reports.table_model import (
    Cell,
    Column,
    Part,
    deviation_part,
    doc_part,
    joined,
    owner_names,
    phrase,
    section_part,
    text_cell,
    url_part,
)

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
        return _days(self.deviation.observed, self.today.isoformat())


def _entries(graph: TraceabilityGraph, today: date, filters: Filters) -> Iterator[_Entry]:
    # the order of age_limits is that of the severities, the worst first
    ranks = {name: rank for rank, name in enumerate(graph.config.deviations.age_limits)}

    def order(node: DeviationNode) -> tuple[bool, int, str, str]:
        deviation = node.deviation
        rank = ranks.get(deviation.severity, len(ranks))
        return deviation.state == "resolved", rank, deviation.observed, deviation.id

    records: dict[tuple[str, Place], list[DeviationNode]] = defaultdict(list)
    for node in sorted(graph.deviations, key=order):
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
    issues: dict[tuple[str, str], Issue] = {}
    for issue in entry.node.issues:
        issues.setdefault((issue.tracker, issue.ref or issue.text), issue)
    parts = (_issue_part(entry.graph, issue) for issue in issues.values())
    return joined(parts, phrase("none"))


def _issue_part(graph: TraceabilityGraph, issue: Issue) -> Part:
    """An issue with its state, if the snapshot contains it."""
    state = graph.state_of(issue)
    if not state:
        return url_part(issue.text, issue.url)
    word: str = state.outcome
    if state.outcome == OUTCOME_PRESENT:
        word = state.state
    return url_part(f"{issue.text} ({word})" if word else issue.text, issue.url)


def _last_observed(entry: _Entry) -> Cell:
    deviation = entry.deviation
    return text_cell(", ".join(filter(None, (deviation.last_observed, deviation.seen_in))))


def _days_to_resolve(entry: _Entry) -> Cell:
    return _number(_days(entry.deviation.observed, entry.deviation.resolved))


def _number(days: int | None) -> Cell:
    return text_cell("" if days is None else str(days))


def _days(first: str, last: str) -> int | None:
    """Whole days between two ISO dates; None if one is missing."""
    if not first or not last:
        return None
    return (date.fromisoformat(last) - date.fromisoformat(first)).days


def _mark(entry: _Entry) -> str:
    limit = entry.graph.config.deviations.age_limits.get(entry.deviation.severity)
    age = entry.age
    if entry.deviation.state == "open" and limit is not None and age is not None and age > limit:
        return "overdue"
    if entry.node.specs and entry.node.issues:
        return ""
    return "hole"


REGISTER = Report(
    "deviation-register",
    "every observed deviation, the worst and oldest open one first",
    (
        Column("deviation", "Deviation", _id),
        Column("title", "Observed", lambda entry: text_cell(entry.deviation.title)),
        Column("severity", "Severity", lambda entry: text_cell(entry.deviation.severity)),
        Column("state", "State", _state),
        Column("observed", "Since", lambda entry: text_cell(entry.deviation.observed)),
        Column("age", "Age (days)", _age),
        Column("sections", "Diverges from", _sections),
        Column("issues", "Issues", _issues),
        Column("owner", "Owner", lambda entry: text_cell(", ".join(entry.owners))),
        Column("page", "Page", lambda entry: joined(map(doc_part, entry.pages))),
        Column("last-observed", "Last seen", _last_observed),
        Column("resolved", "Resolved", lambda entry: text_cell(entry.deviation.resolved)),
        Column("days-to-resolve", "Days to resolve", _days_to_resolve),
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
)
