"""The debt of the baseline: how many known findings there are, of whom, and how old."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from sphinxext_opsdocs.findings.baseline import Entry
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.reports.cells import Filters, Part, Row, is_wanted, joined, text_cell

__all__ = ["debt_rows"]

SHOWN = 5
"""Pages that a row names."""


def debt_rows(graph: TraceabilityGraph, today: date, filters: Filters) -> Iterator[Row]:
    """A row for each rule and owner, the oldest debt first."""
    groups: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in graph.inputs.baseline or ():
        facts = graph.documents.get(entry.document)
        owner = facts.header.owner if facts and facts.header else ""
        if is_wanted(filters, rule=entry.rule, owner=owner, document=entry.document):
            groups[entry.rule, owner].append(entry)
    for (rule, owner), entries in sorted(groups.items(), key=_age):
        oldest = min(entry.since for entry in entries)
        pages = sorted({entry.document for entry in entries if entry.document})
        shown = [Part(name, "doc" if name in graph.documents else "", name) for name in pages]
        more = [Part(f"and {len(pages) - SHOWN} more")] if len(pages) > SHOWN else []
        yield Row(
            (
                text_cell(rule),
                text_cell(owner),
                text_cell(str(len(entries))),
                text_cell(oldest),
                text_cell(str((today - date.fromisoformat(oldest)).days)),
                joined([*shown[:SHOWN], *more]),
            )
        )


def _age(group: tuple[tuple[str, str], list[Entry]]) -> tuple[str, int, tuple[str, str]]:
    key, entries = group
    return min(entry.since for entry in entries), -len(entries), key
