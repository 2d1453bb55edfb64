"""What rules on the governed header share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sphinxext_opsdocs.facts.model import DocumentFacts, Place, Value
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.graph.nodes import GovernedDocument
from sphinxext_opsdocs.rules.engine.base import Context

__all__ = ["classified", "header_place", "interval_faults", "page_exists"]


def classified(graph: TraceabilityGraph) -> Iterable[GovernedDocument]:
    """The governed documents of a class that exists."""
    return (document for document in graph.governed if document.document_class)


def page_exists(graph: TraceabilityGraph, docname: str) -> bool:
    """Whether the project has this page, with a header or without."""
    return docname in graph.documents or docname in graph.inputs.pages


def header_place(facts: DocumentFacts, *names: str) -> Place:
    """The first of these fields that the header has, else the header, else the first line."""
    return facts.header.place_of(*names) if facts.header else Place(facts.path, 1)


def interval_faults(
    document: GovernedDocument, context: Context, date: Value, name: str, interval: int, remedy: str
) -> Iterator[Fault]:
    """Yield a fault for a date in the future, or further back than the interval (0 for none).

    ``name`` is what the date is of, as a message has it: ``last-reviewed``.
    """
    docname = document.facts.docname
    ahead, age = context.days_ahead(date.text), context.days_since(date.text)
    if ahead:
        message = f"{name} is {date.text}, {ahead} days in the future; enter the day it was done"
        yield Fault(message, date.place, docname, "ahead")
    if interval and age > interval:
        what = name.replace("-", " ")
        message = f"{what} on {date.text}, {age} days ago (limit: {interval}); {remedy}"
        yield Fault(message, date.place, docname, "")
