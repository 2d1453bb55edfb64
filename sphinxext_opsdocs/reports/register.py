"""The deviation register: every observed deviation, the worst and oldest open one first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from sphinxext_opsdocs.graph.graph import DeviationNode, TraceabilityGraph
from sphinxext_opsdocs.issues.reference import Issue
from sphinxext_opsdocs.issues.snapshot import FOUND
from sphinxext_opsdocs.reports.cells import (
    Cell,
    Filters,
    Part,
    Row,
    is_wanted,
    joined,
    owner_names,
    section_part,
    text_cell,
)

__all__ = ["register_rows"]


def register_rows(graph: TraceabilityGraph, today: date, filters: Filters) -> Iterator[Row]:
    ranks = {name: rank for rank, name in enumerate(graph.config.deviations.age_limits)}

    def order(node: DeviationNode) -> tuple[bool, int, str, str]:
        found = node.deviation
        rank = ranks.get(found.severity, len(ranks))
        return found.state == "resolved", rank, found.observed, found.id

    for node in sorted(graph.deviations, key=order):
        found = node.deviation
        domains = sorted({spec.domain for spec in node.specs if spec.domain})
        owners = owner_names(graph, domains)
        if not is_wanted(
            filters,
            domain=domains,
            state=found.state,
            severity=found.severity,
            owner=owners,
            document=node.docname,
        ):
            continue
        yield Row(tuple(_cells(graph, node, today, owners)), _mark(graph, node, today))


def _cells(
    graph: TraceabilityGraph, node: DeviationNode, today: date, owners: Sequence[str]
) -> Iterator[Cell]:
    found = node.deviation
    is_open = found.state == "open"
    specs = (
        section_part(spec.section) if spec.section else Part(f"{spec.target} (unresolved)")
        for spec in node.specs
    )
    yield (Part(found.id or "(no id)", "deviation" if found.id else "", found.id),)
    yield text_cell(found.title)
    yield text_cell(found.severity)
    yield text_cell(found.state)
    yield text_cell(found.observed)
    yield text_cell(_days(found.observed, today.isoformat()) if is_open else "")
    yield joined(specs, "none")
    yield joined((_issue_part(graph, issue) for issue in node.issues), "none")
    yield text_cell(", ".join(owners))
    yield (Part(node.docname, "doc", node.docname),)
    yield text_cell(", ".join(filter(None, (found.last_observed, found.seen_in))))
    yield text_cell(found.resolved)
    yield text_cell(_days(found.observed, found.resolved))


def _days(first: str, last: str) -> str:
    """Whole days between two ISO dates; empty where one is missing."""
    if not first or not last:
        return ""
    return str((date.fromisoformat(last) - date.fromisoformat(first)).days)


def _issue_part(graph: TraceabilityGraph, issue: Issue) -> Part:
    """An issue with its state, where the snapshot has it."""
    state = graph.state_of(issue)
    told = (state.state if state.outcome == FOUND else state.outcome) if state else ""
    text = f"{issue.text} ({told})" if told else issue.text
    return Part(text, "url" if issue.url else "", issue.url)


def _mark(graph: TraceabilityGraph, node: DeviationNode, today: date) -> str:
    found = node.deviation
    limit = graph.config.deviations.age_limits.get(found.severity)
    age = _days(found.observed, today.isoformat())
    if found.state == "open" and age and limit is not None and int(age) > limit:
        return "overdue"
    return "" if node.specs and node.issues else "hole"
