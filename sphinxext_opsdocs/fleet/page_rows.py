"""The rows of pages: what they are, and what they are for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sphinxext_opsdocs.alerts.alert import fill_template
from sphinxext_opsdocs.canonical.page_url import folder_url
from sphinxext_opsdocs.config.schema import is_address
from sphinxext_opsdocs.fleet.rows import AlertRow, PageOwnerRow, PageRow, ProcedureRow, Row
from sphinxext_opsdocs.graph.ages import review_due
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.graph.nodes import GovernedDocument
from sphinxext_opsdocs.graph.procedures import procedure_subjects

__all__ = ["page_rows"]


def page_rows(repository: str, graph: TraceabilityGraph, urls: Mapping[str, str]) -> Iterator[Row]:
    """Yield the rows of all governed pages of a repository.

    ``urls`` are the addresses of pages below the root of the site, by docname.
    """
    base_url = graph.inputs.base_url
    base = folder_url(base_url) if is_address(base_url) else ""
    for document in graph.governed:
        url = urls.get(document.facts.docname)
        address = f"{base}{url}" if base and url is not None else ""
        yield _page_row(repository, document, address)
        line = document.header.place_of("owner").line
        for owner in document.header.owners:
            yield PageOwnerRow(repository, document.facts.docname, line, owner)
    yield from _procedure_rows(repository, graph)
    for alert in graph.inputs.alerts:
        yield AlertRow(repository, alert.name, fill_template(alert))


def _page_row(repository: str, document: GovernedDocument, address: str) -> PageRow:
    header = document.header
    return PageRow(
        repository=repository,
        page=document.facts.docname,
        path=document.facts.path,
        address=address,
        title=document.facts.title,
        document_class=header.document_class,
        status=header.status,
        version=header.version,
        last_reviewed=header.last_reviewed,
        review_due=review_due(document),
        last_verified=document.last_verified,
    )


def _procedure_rows(repository: str, graph: TraceabilityGraph) -> Iterator[ProcedureRow]:
    for document in graph.governed:
        place = document.header.place_of("scope", "alerts")
        for subject in procedure_subjects(document):
            yield ProcedureRow(
                repository,
                document.facts.docname,
                place.path,
                place.line,
                document.header.document_class,
                subject,
            )
