"""The figures of a project on a day: what the dashboard shows and ``opsdocs metrics`` prints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from sphinxext_opsdocs.config.classes import SPECIFICATION
from sphinxext_opsdocs.findings.result import CheckResult, counts
from sphinxext_opsdocs.graph.ages import days_to_review, is_past_limit
from sphinxext_opsdocs.graph.groups import linked_section_ids, recorded_once
from sphinxext_opsdocs.graph.suspects import find_suspect, pinned_edges

if TYPE_CHECKING:
    from sphinxext_opsdocs.graph.graph import TraceabilityGraph

__all__ = ["Figures", "Recorded", "find_figures", "open_metrics", "read_recorded"]


class Figures(Struct, frozen=True, kw_only=True):
    """Counts of one day."""

    findings: Mapping[str, int]
    """By severity; without those of the baseline and those that are suppressed."""
    known: int
    """Findings of the baseline."""
    suppressed: int
    rules: int
    pages: int
    governed: int
    documents: Mapping[str, int]
    """Operational documents by status."""
    open_deviations: Mapping[str, int]
    """By severity, the worst first."""
    resolved_deviations: int
    past_limit: int
    """Open deviations that are older than their severity allows."""
    sections: int
    """Canonical sections that their owners named."""
    linked_sections: int
    """Those of them that a page refers to."""
    pinned_references: int
    suspect_references: int
    reviews: int
    """Documents with a review interval and a last review."""
    reviews_in_time: int

    @property
    def is_green(self) -> bool:
        """Whether the gate lets the documents pass."""
        return not (self.findings["error"] or self.findings["warning"])


def find_figures(graph: TraceabilityGraph, result: CheckResult, today: date) -> Figures:
    """Count what the result of a check and its graph say."""
    config = graph.config
    deviations = [node.deviation for node in recorded_once(graph.deviations)]
    still_open = [deviation for deviation in deviations if deviation.state == "open"]
    by_severity = Counter(deviation.severity for deviation in still_open)
    linked = linked_section_ids(graph.edges)
    named = {section.id for section in graph.named_sections}
    pinned = list(pinned_edges(graph))
    due = [days_to_review(document, today) for document in graph.governed]
    operational = [
        document.header.status
        for document in graph.governed
        if document.header.document_class != SPECIFICATION
    ]
    return Figures(
        findings=counts(result.findings),
        known=sum(bool(finding.baseline_date) for finding in result.findings),
        suppressed=sum(bool(finding.suppressed) for finding in result.findings),
        rules=len(result.reach),
        pages=result.pages,
        governed=result.governed,
        documents=dict(sorted(Counter(filter(None, operational)).items())),
        open_deviations={name: by_severity[name] for name in config.deviations.age_limits},
        resolved_deviations=len(deviations) - len(still_open),
        past_limit=sum(is_past_limit(config, deviation, today) for deviation in still_open),
        sections=len(named),
        linked_sections=len(named & linked),
        pinned_references=len(pinned),
        suspect_references=sum(find_suspect(graph, edge) is not None for edge in pinned),
        reviews=sum(days is not None for days in due),
        reviews_in_time=sum(days is not None and days >= 0 for days in due),
    )


def open_metrics(figures: Figures) -> str:
    """The figures as text in the OpenMetrics format, version 1.0.

    Source: https://github.com/prometheus/OpenMetrics/blob/main/specification/OpenMetrics.md
    """
    lines: list[str] = []
    for name, meaning, label, values in _families(figures):
        lines += [f"# TYPE opsdocs_{name} gauge", f"# HELP opsdocs_{name} {meaning}"]
        for value, number in values.items():
            labels = f'{{{label}="{_escaped(value)}"}}' if label else ""
            lines.append(f"opsdocs_{name}{labels} {number}")
    return "\n".join([*lines, "# EOF", ""])


def _families(figures: Figures) -> Iterator[tuple[str, str, str, Mapping[str, int]]]:
    """Yield name, meaning, label and values of each family of metrics."""
    yield "findings", "Findings that stand.", "severity", figures.findings
    yield "findings_known", "Findings of the baseline.", "", {"": figures.known}
    yield "findings_suppressed", "Findings with an exception.", "", {"": figures.suppressed}
    yield "pages", "All pages.", "", {"": figures.pages}
    yield "pages_governed", "Governed pages.", "", {"": figures.governed}
    yield "documents", "Operational documents.", "status", figures.documents
    yield "deviations_open", "Open deviations.", "severity", figures.open_deviations
    yield "deviations_resolved", "Resolved deviations.", "", {"": figures.resolved_deviations}
    yield "deviations_past_limit", "Open for too long.", "", {"": figures.past_limit}
    yield "sections", "Named canonical sections.", "", {"": figures.sections}
    yield "sections_linked", "Those that a page refers to.", "", {"": figures.linked_sections}
    yield "references_pinned", "Reviewed references.", "", {"": figures.pinned_references}
    yield "references_suspect", "Their section changed.", "", {"": figures.suspect_references}
    yield "reviews", "Documents with a review interval.", "", {"": figures.reviews}
    yield "reviews_in_time", "Those reviewed in time.", "", {"": figures.reviews_in_time}


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


class Recorded(Struct, frozen=True):
    """The findings of a commit, as ``opsdocs metrics record`` has kept them with all figures."""

    commit: str
    date: str
    findings: Mapping[str, int]
    known: int


def read_recorded(path: Path) -> list[Recorded]:
    """The recorded commits, the oldest first; lines that cannot be read are left out."""
    rows: list[Recorded] = []
    try:
        lines = path.read_bytes().splitlines()
    except OSError:
        return rows
    for line in lines:
        with suppress(msgspec.MsgspecError):
            rows.append(msgspec.json.decode(line, type=Recorded))
    return rows
