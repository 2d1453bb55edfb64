"""Nobody is sent to a dead procedure."""

import posixpath
from collections.abc import Iterable, Iterator

from sphinxext_opsdocs.facts.model import DocumentFacts, Link
from sphinxext_opsdocs.findings.finding import Fault, Related
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.rules.engine.base import HEADER, Context, Example, page, rule

ARCHIVED = Example(HEADER | {"status": "Archived"}, ("= Old drain", "Was used before 2026."))


def links_of_live_pages(graph: TraceabilityGraph) -> Iterable[tuple[DocumentFacts, Link]]:
    """Every link of a governed page that is not archived itself."""
    for document in graph.governed:
        if document.header.status != "Archived":
            for link in document.facts.links:
                if link.kind not in ("deviation", "anchor"):
                    yield document.facts, link


@rule(
    severity="warning",
    clauses=("life.obsolete",),
    over=links_of_live_pages,
    bad=page("{doc:old-drain} tells more.", pages={"old-drain": ARCHIVED}),
    good=page("{doc:new-drain} tells more.", pages={"new-drain": page()}),
)
def link_to_archived(subject: tuple[DocumentFacts, Link], context: Context) -> Iterator[Fault]:
    """A live page links to no archived one.

    Tables of contents may list archived pages: they are where history is kept.
    """
    document, link = subject
    page, _, _anchor = link.target.partition("#")
    docname = context.graph.pages_by_label.get(page.lower(), "") if link.kind != "doc" else ""
    if not docname and link.kind != "ref":
        folder = "" if page.startswith("/") else posixpath.dirname(document.docname)
        docname = posixpath.normpath(posixpath.join(folder, page.lstrip("/")))
    target = context.graph.documents.get(docname)
    if target and target.header and target.header.status == "Archived":
        yield Fault(
            f'links to "{docname}", which is archived',
            link.place,
            document.docname,
            docname,
            (Related("archived here", target.header.place),),
        )
