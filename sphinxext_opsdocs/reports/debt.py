"""The debt in the baseline: the number of known findings, their owners and their age."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from msgspec import Struct

from sphinxext_opsdocs.facts.model import DocumentFacts
from sphinxext_opsdocs.findings.baseline import BaselineEntry
from sphinxext_opsdocs.reports.blocks import Cell, Part, doc_part, joined, phrase, text_cell
from sphinxext_opsdocs.reports.filters import Filters, is_wanted
from sphinxext_opsdocs.reports.report import Report
from sphinxext_opsdocs.reports.table_model import Column

if TYPE_CHECKING:
    from sphinxext_opsdocs.graph.graph import TraceabilityGraph

__all__ = ["DEBT"]

PAGES_SHOWN = 5
"""Pages that a row names."""


class _Debt(Struct, frozen=True):
    """The known findings of one rule and owner."""

    rule: str
    owners: tuple[str, ...]
    """Keys of the owners of its pages."""
    entries: Sequence[BaselineEntry]
    documents: Mapping[str, DocumentFacts]
    today: date

    @property
    def oldest(self) -> str:
        """The day of the oldest finding, ISO 8601."""
        return min(entry.since for entry in self.entries)

    @property
    def age(self) -> int:
        """Days since then."""
        return (self.today - date.fromisoformat(self.oldest)).days


def _debts(graph: TraceabilityGraph, today: date, filters: Filters) -> Iterator[_Debt]:
    """By rule and owner, the oldest debt first."""
    groups: dict[tuple[str, tuple[str, ...]], list[BaselineEntry]] = defaultdict(list)
    for entry in graph.inputs.baseline or ():
        owners = _owners_of(graph.documents.get(entry.document))
        if is_wanted(filters, rule=entry.rule, owner=owners, document=entry.document):
            groups[entry.rule, owners].append(entry)
    debts = [
        _Debt(rule, owners, entries, graph.documents, today)
        for (rule, owners), entries in groups.items()
    ]
    yield from sorted(debts, key=lambda d: (d.oldest, -len(d.entries), d.rule, d.owners))


def _owners_of(facts: DocumentFacts | None) -> tuple[str, ...]:
    if not facts or not facts.header:
        return ()
    return facts.header.owners


def _age(debt: _Debt) -> Cell:
    return text_cell(str(debt.age))


def _pages(debt: _Debt) -> Cell:
    return _named_pages(debt, doc_part)


def _shown_pages(debt: _Debt) -> Cell:
    return _named_pages(debt, lambda name: doc_part(name, debt.documents[name].title))


def _named_pages(debt: _Debt, part: Callable[[str], Part]) -> Cell:
    # a finding of a file, such as the lock, has no page
    names = sorted({entry.document for entry in debt.entries if entry.document})
    parts = [part(name) if name in debt.documents else Part(name) for name in names]
    if (more := len(parts) - PAGES_SHOWN) > 0:
        parts[PAGES_SHOWN:] = [phrase("and {count} more", count=str(more))]
    return joined(parts)


DEBT = Report(
    "baseline-debt",
    "known findings of the baseline by rule and owner, the oldest first",
    (
        Column("rule", "Rule", lambda debt: text_cell(debt.rule), width=5),
        Column("owner", "Owner", lambda debt: text_cell(", ".join(debt.owners)), width=4),
        Column(
            "findings",
            "Findings",
            lambda debt: text_cell(str(len(debt.entries))),
            order=lambda debt: f"{len(debt.entries):06}",
            width=3,
        ),
        Column("oldest", "Oldest", lambda debt: text_cell(debt.oldest), width=3),
        Column("age", "Age (days)", _age, order=lambda debt: f"{debt.age:06}", width=3),
        Column("pages", "Pages", _pages, _shown_pages, width=8),
    ),
    {"rule": "rules", "owner": "owners of the pages", "document": "docname globs"},
    _debts,
)
