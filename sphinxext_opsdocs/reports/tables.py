"""Register, matrix and inventory, as tables of text and links that every output writes out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import get_args

from msgspec import Struct

from sphinxext_opsdocs.canonical import CanonicalSection
from sphinxext_opsdocs.config import Config, SpecDomain, Status, glob_matches
from sphinxext_opsdocs.document_classes import document_classes
from sphinxext_opsdocs.graph import (
    CanonicalEdge,
    DeviationNode,
    GovernedDocument,
    TraceabilityGraph,
)

__all__ = ["REPORTS", "Part", "Report", "ReportError", "Row", "Table", "filter_fault", "make_table"]


class ReportError(ValueError):
    """A filter that a report does not take, or a value that the filter does not take."""


class Part(Struct, frozen=True, gc=False):
    """A piece of a cell: text, and what it links to."""

    text: str
    kind: str = ""
    """``doc``, ``canonical``, ``deviation``, ``url``, or empty for plain text."""
    target: str = ""


Cell = tuple[Part, ...]


class Row(Struct, frozen=True, gc=False):
    """One row; ``mark`` names what is wrong with it (``hole``, ``overdue``), if anything."""

    cells: tuple[Cell, ...]
    mark: str = ""


class Table(Struct, frozen=True):
    """Column titles and rows, in the order to show them."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


class Report(Struct, frozen=True):
    """One kind of report: its directive, its filters, and what makes its rows."""

    directive: str
    summary: str
    columns: tuple[str, ...]
    filters: Mapping[str, str]
    """Filter name -> what it keeps; values are separated by commas."""
    rows: Callable[[TraceabilityGraph, date, Mapping[str, tuple[str, ...]]], Iterable[Row]]


def make_table(
    kind: str, graph: TraceabilityGraph, today: date, filters: Mapping[str, tuple[str, ...]]
) -> Table:
    """The table of a report. Raises ReportError for a filter that it does not take."""
    report = REPORTS[kind]
    for name, values in filters.items():
        if fault := filter_fault(kind, graph.config, name, values):
            raise ReportError(fault)
    return Table(report.columns, tuple(report.rows(graph, today, filters)))


def filter_fault(kind: str, config: Config, name: str, values: Iterable[str]) -> str:
    """What is wrong with a filter of a report; empty when nothing is."""
    filters = REPORTS[kind].filters
    if name not in filters:
        return f'no filter "{name}", allowed: {", ".join(filters)}'
    known: dict[str, Iterable[str]] = {
        "domain": config.domains,
        "state": ("open", "resolved"),
        "severity": config.deviations.age_limits,
        "class": document_classes(config),
        "status": get_args(Status),
        "sort": ("review",),
    }
    for value in values:
        if name in known and value not in known[name]:
            allowed = ", ".join(known[name]) or "none is configured"
            return f'filter "{name}": "{value}" is not allowed, only {allowed}'
    return ""


def _wanted(filters: Mapping[str, tuple[str, ...]], **values: str | Iterable[str]) -> bool:
    """Whether every filter has one of the given values; ``document`` is a glob."""
    for name, value in values.items():
        if wanted := filters.get(name):
            given = {value} if isinstance(value, str) else set(value)
            if name == "document":
                if not any(glob_matches(docname, wanted) for docname in given):
                    return False
            elif given.isdisjoint(wanted):
                return False
    return True


def _text(text: str) -> Cell:
    return (Part(text),)


def _joined(parts: Iterable[Part], empty: str = "") -> Cell:
    joined: list[Part] = []
    for part in parts:
        joined += [Part(", "), part] if joined else [part]
    return tuple(joined) or ((Part(empty),) if empty else ())


def _section(section: CanonicalSection) -> Part:
    return Part(section.id, "canonical", section.id)


def _owner_names(graph: TraceabilityGraph, domains: Iterable[str]) -> list[str]:
    found: list[SpecDomain] = [graph.config.domains[key] for key in domains if key]
    return sorted({domain.owner for domain in found if domain.owner})


def _register(
    graph: TraceabilityGraph, today: date, filters: Mapping[str, tuple[str, ...]]
) -> Iterator[Row]:
    ranks = {name: rank for rank, name in enumerate(graph.config.deviations.age_limits)}

    def order(node: DeviationNode) -> tuple[bool, int, str, str]:
        found = node.deviation
        rank = ranks.get(found.severity, len(ranks))
        return found.state == "resolved", rank, found.observed, found.id

    for node in sorted(graph.deviations, key=order):
        found = node.deviation
        domains = sorted({spec.domain for spec in node.specs if spec.domain})
        owners = _owner_names(graph, domains)
        if not _wanted(
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
            _section(spec.section) if spec.section else Part(f"{spec.target} (unresolved)")
            for spec in node.specs
        )
        yield Row(
            (
                (Part(found.id or "(no id)", "deviation" if found.id else "", found.id),),
                _text(found.title),
                _text(found.severity),
                _text(found.state),
                _text(found.observed),
                _text("" if age is None or found.state != "open" else str(age)),
                _joined(specs, "none"),
                _joined((Part(i.text, "url" if i.url else "", i.url) for i in node.issues), "none"),
                _text(", ".join(owners)),
                (Part(node.docname, "doc", node.docname),),
            ),
            "overdue" if overdue else "" if node.specs and node.issues else "hole",
        )


def _matrix(
    graph: TraceabilityGraph, today: date, filters: Mapping[str, tuple[str, ...]]
) -> Iterator[Row]:
    edges: dict[str, list[CanonicalEdge]] = defaultdict(list)
    sections: dict[str, CanonicalSection] = {}
    for edge in graph.edges:
        if (section := edge.resolution.section) and _wanted(filters, document=edge.docname):
            edges[section.id].append(edge)
            sections[section.id] = section
    for section in graph.named_sections:
        sections.setdefault(section.id, section)
    for key in sorted(sections):
        section = sections[key]
        if not _wanted(filters, domain=section.domain):
            continue
        documents = sorted({edge.docname for edge in edges[key]})
        states = _states(graph, edges[key])
        yield Row(
            (
                (_section(section),),
                _text(section.title),
                _text(section.status or "unknown"),
                _joined((Part(name, "doc", name) for name in documents), "none"),
                _joined(Part(number, "deviation", number) for number in states["open"]),
                _joined(Part(number, "deviation", number) for number in states["resolved"]),
            ),
            "" if documents else "hole",
        )
    if "domain" in filters:
        return
    for document in graph.governed:
        name = document.facts.docname
        if document.header.document_class == "specification":
            continue
        if name not in graph.edges_by_document and _wanted(filters, document=name):
            cells = (_text("none"), (), (), (Part(name, "doc", name),), (), ())
            yield Row(cells, "hole")


def _states(graph: TraceabilityGraph, edges: Iterable[CanonicalEdge]) -> dict[str, list[str]]:
    found: dict[str, set[str]] = {"open": set(), "resolved": set()}
    for number in {edge.deviation for edge in edges if edge.deviation}:
        state = graph.deviations_by_id[number][0].deviation.state
        found.get(state, set()).add(number)
    return {state: sorted(numbers) for state, numbers in found.items()}


def _inventory(
    graph: TraceabilityGraph, today: date, filters: Mapping[str, tuple[str, ...]]
) -> Iterator[Row]:
    rank = {name: index for index, name in enumerate(graph.classes)}

    def order(document: GovernedDocument) -> tuple[int, str]:
        return rank.get(document.header.document_class, len(rank)), document.facts.docname

    by_review = filters.get("sort") == ("review",)
    documents = [(days_to_review(d, today), d) for d in sorted(graph.governed, key=order)]
    if by_review:
        documents.sort(key=lambda pair: 10**6 if pair[0] is None else pair[0])
    for days, document in documents:
        header, name = document.header, document.facts.docname
        if not _wanted(
            filters,
            owner=header.owner,
            status=header.status,
            document=name,
            **{"class": header.document_class},
        ):
            continue
        due = "" if days is None else f"in {days} days" if days >= 0 else f"{-days} days ago"
        opened = [d.id for d in document.facts.deviations if d.state == "open" and d.id]
        yield Row(
            (
                (Part(document.facts.title or name, "doc", name),),
                _text(header.document_class),
                _text(header.owner),
                _text(header.status),
                _text(header.version),
                _text(header.last_reviewed),
                _text(due),
                _text(", ".join((*header.service, *header.alerts))),
                _text(str(len(graph.edges_by_document.get(name, ())))),
                _joined(Part(number, "deviation", number) for number in opened),
            ),
            "overdue" if days is not None and days < 0 else "",
        )


def days_to_review(document: GovernedDocument, today: date) -> int | None:
    """Days until the next review is due, negative when overdue; None when none is due."""
    interval, reviewed = document.review_interval, document.header.last_reviewed
    if not interval or not reviewed:
        return None
    return interval - (today - date.fromisoformat(reviewed)).days


REPORTS: Mapping[str, Report] = {
    "register": Report(
        "deviation-register",
        "every observed deviation, the worst and oldest open one first",
        ("Deviation", "Observed", "Severity", "State", "Since", "Age (days)",
         "Diverges from", "Issues", "Owner", "Page"),
        {
            "domain": "spec domains that it diverges from",
            "state": "open, resolved",
            "severity": "severities",
            "owner": "owners of the spec domains",
            "document": "docname globs",
        },
        _register,
    ),
    "matrix": Report(
        "traceability-matrix",
        "canonical sections and the documents that depend on them, with the holes on both sides",
        ("Canonical section", "Title", "Status", "Documents", "Open deviations", "Resolved"),
        {"domain": "spec domains", "document": "docname globs"},
        _matrix,
    ),
    "inventory": Report(
        "document-inventory",
        "every governed document by class, with its owner, state and next review",
        ("Document", "Class", "Owner", "Status", "Version", "Last reviewed", "Next review",
         "Service and alerts", "References", "Open deviations"),
        {
            "class": "document classes",
            "owner": "owners",
            "status": "Draft, Canonical, Deprecated, Archived",
            "document": "docname globs",
            "sort": "review: the most overdue first",
        },
        _inventory,
    ),
}  # fmt: skip
"""By the name that the command line uses."""
