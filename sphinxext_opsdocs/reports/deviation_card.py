"""What a deviation shows besides its observation: section, issue, when it was seen, its age."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from msgspec.structs import replace

from sphinxext_opsdocs.config.schema import is_address
from sphinxext_opsdocs.facts.model import Deviation
from sphinxext_opsdocs.graph.ages import days_between, days_open, is_past_limit
from sphinxext_opsdocs.graph.nodes import DeviationNode
from sphinxext_opsdocs.issues.reference import Issue
from sphinxext_opsdocs.issues.snapshot import (
    OUTCOME_MISSING,
    OUTCOME_MOVED,
    OUTCOME_NO_ACCESS,
    OUTCOME_PRESENT,
    IssueState,
)
from sphinxext_opsdocs.reports.blocks import (
    Cell,
    Part,
    Rows,
    badge,
    joined,
    phrase,
    styled,
    text_cell,
    titled_section,
    url_part,
)
from sphinxext_opsdocs.reports.severities import severity_badge

if TYPE_CHECKING:
    from sphinxext_opsdocs.graph.graph import TraceabilityGraph

__all__ = [
    "age_cell",
    "deviation_badges",
    "deviation_rows",
    "evidence_part",
    "issue_cell",
    "issue_part",
    "state_parts",
]

NO_ANCHORS: Mapping[str, str] = {}


def deviation_badges(graph: TraceabilityGraph, deviation: Deviation) -> Cell:
    """Severity and state."""
    parts: list[Part] = []
    if deviation.severity:
        parts.append(severity_badge(graph.config, deviation.severity))
    if deviation.state:
        parts.append(badge(deviation.state))
    return tuple(parts)


def deviation_rows(
    graph: TraceabilityGraph,
    node: DeviationNode,
    today: date,
    anchors: Mapping[str, str] = NO_ANCHORS,
) -> Rows:
    """Its sections, issues, sightings and age; ``anchors`` are the ids of links to issues."""
    rows: list[tuple[Part, Cell]] = []
    if node.specs:
        rows.append((phrase("Specified in"), _sections(node)))
    if node.issues:
        rows.append((phrase("Issue"), _issues(graph, node, anchors)))
    if seen := _seen(node.deviation):
        rows.append((phrase("Seen"), seen))
    plain = (
        (phrase("Environment"), ", ".join(node.deviation.environments)),
        (phrase("Service"), ", ".join(node.deviation.services)),
    )
    rows += [(name, text_cell(text)) for name, text in plain if text]
    if age := age_cell(graph, node.deviation, today):
        rows.append((phrase("Age"), age))
    if node.deviation.revisit_by:
        rows.append((phrase("Revisit by"), _revisit(node.deviation, today)))
    return Rows(tuple(rows), "facts")


def _revisit(deviation: Deviation, today: date) -> Cell:
    values = {"date": deviation.revisit_by, "who": deviation.agreed_by}
    part = phrase("{date}, agreed by {who}", **values)
    is_late = deviation.state == "open" and deviation.revisit_by < today.isoformat()
    return (styled(part, "overdue") if is_late else part,)


def _sections(node: DeviationNode) -> Cell:
    parts: list[Part] = []
    for spec in node.specs:
        if spec.section:
            parts.append(titled_section(spec.section))
        else:
            parts.append(Part(spec.target, style="unresolved"))
    return joined(dict.fromkeys(parts))  # one section may be named in several ways


def _issues(graph: TraceabilityGraph, node: DeviationNode, anchors: Mapping[str, str]) -> Cell:
    cells = [issue_cell(graph, issue, anchors.get(issue.text, "")) for issue in node.issues]
    parts: list[Part] = []
    for cell in cells:
        if parts:
            parts.append(Part(", "))
        parts += cell
    return tuple(parts)


def issue_cell(graph: TraceabilityGraph, issue: Issue, anchor: str = "") -> Cell:
    """An issue, and what its tracker said of it."""
    link = replace(url_part(issue.text, issue.url), anchor=anchor)
    state = graph.state_of(issue)
    if not state:
        return (link,)
    title = (Part(f" {state.title}"),) if state.title else ()
    asked = phrase("asked {date}", date=state.checked[:10])
    return (link, *title, *state_parts(state), Part(" · "), asked)


def issue_part(graph: TraceabilityGraph, issue: Issue) -> Part:
    """An issue with its state in brackets, if the snapshot contains it."""
    state = graph.state_of(issue)
    if not state:
        return url_part(issue.text, issue.url)
    word: str = state.outcome
    if state.outcome == OUTCOME_PRESENT:
        word = state.state
    return url_part(f"{issue.text} ({word})" if word else issue.text, issue.url)


def state_parts(state: IssueState) -> Cell:
    """What a tracker said of an issue: its state as a badge, and what else there is to know."""
    if state.outcome == OUTCOME_MISSING:
        return Part(" "), badge("unknown to its tracker", "missing")
    parts: list[Part] = []
    if state.state:
        parts += [Part(" "), badge(state.state)]
    if state.reason:
        parts += [Part(" "), phrase(state.reason)]
    if state.outcome == OUTCOME_NO_ACCESS:
        parts += [Part(", "), phrase("not accessible")]
    elif state.moved_to or state.outcome == OUTCOME_MOVED:
        parts += [Part(", "), phrase("moved to {place}", place=state.moved_to or state.url)]
    return tuple(parts)


def _seen(deviation: Deviation) -> Cell:
    parts: list[Part] = []
    if deviation.observed and deviation.where:
        values = {"date": deviation.observed, "where": deviation.where}
        parts.append(phrase("{date} on {where}", **values))
    elif deviation.observed or deviation.where:
        parts.append(Part(deviation.observed or deviation.where))
    if deviation.last_observed:
        parts.append(phrase(", last {date}", date=deviation.last_observed))
    if deviation.seen_in:
        parts.append(phrase(" in {version}", version=deviation.seen_in))
    if deviation.evidence:
        parts += [Part(" ("), evidence_part(deviation), Part(")")]
    return tuple(parts)


def evidence_part(deviation: Deviation) -> Part:
    """The evidence of the last observation, as a link where it is an address."""
    if is_address(deviation.evidence):
        return replace(phrase("evidence"), kind="url", target=deviation.evidence)
    return Part(deviation.evidence)


def age_cell(
    graph: TraceabilityGraph, deviation: Deviation, today: date, has_bar: bool = True
) -> Cell:
    """The days that it has been open against those it may be, or how long it was."""
    if deviation.state == "resolved":
        days = days_between(deviation.observed, deviation.resolved)
        if days is None:
            return text_cell(deviation.resolved)
        values = {"date": deviation.resolved, "days": str(days)}
        return (phrase("resolved {date}, after {days} days", **values),)
    days = days_open(deviation, today)
    limit = graph.config.deviations.age_limits.get(deviation.severity)
    if days is None or days < 0:  # a rule reports a date in the future
        return ()
    if limit is None:
        return (phrase("{days} days", days=str(days)),)
    part = phrase("{days} of {limit} days", days=str(days), limit=str(limit))
    cell = [part, Part("", "bar", f"{days}/{limit}")] if has_bar else [part]
    if is_past_limit(graph.config, deviation, today):
        cell += [Part(", "), styled(phrase("past its limit"), "overdue")]
    return tuple(cell)
