"""The deviation register: every observed deviation, the worst and oldest open one first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sphinxext_opsdocs.graph import DeviationNode, TraceabilityGraph
from sphinxext_opsdocs.reports.cells import (
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
        limit = graph.config.deviations.age_limits.get(found.severity)
        age = (today - date.fromisoformat(found.observed)).days if found.observed else None
        overdue = found.state == "open" and age is not None and limit is not None and age > limit
        specs = (
            section_part(spec.section) if spec.section else Part(f"{spec.target} (unresolved)")
            for spec in node.specs
        )
        yield Row(
            (
                (Part(found.id or "(no id)", "deviation" if found.id else "", found.id),),
                text_cell(found.title),
                text_cell(found.severity),
                text_cell(found.state),
                text_cell(found.observed),
                text_cell("" if age is None or found.state != "open" else str(age)),
                joined(specs, "none"),
                joined((Part(i.text, "url" if i.url else "", i.url) for i in node.issues), "none"),
                text_cell(", ".join(owners)),
                (Part(node.docname, "doc", node.docname),),
            ),
            "overdue" if overdue else "" if node.specs and node.issues else "hole",
        )
