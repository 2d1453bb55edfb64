"""Live pages do not send readers to procedures that are out of use."""

import posixpath
from collections.abc import Iterable, Iterator

from sphinxext_opsdocs.config.lifecycle import Lifecycle
from sphinxext_opsdocs.facts.model import DocumentFacts, Link
from sphinxext_opsdocs.findings.finding import Fault, Related
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.rules.engine.base import Context, rule
from sphinxext_opsdocs.rules.engine.examples import HEADER, Example, page

PAGES = {
    "old-drain": Example(HEADER | {"status": "Archived"}, ("= Drain by hand",)),
    "new-drain": page(),
}


def _links_of_live_pages(graph: TraceabilityGraph) -> Iterable[tuple[DocumentFacts, Link]]:
    for document in graph.governed:
        if document.header.status != Lifecycle.ARCHIVED:
            for link in document.facts.links:
                # these two name a deviation, and a place on the same page
                if link.kind not in ("deviation", "anchor"):
                    yield document.facts, link


@rule(
    severity="warning",
    clauses=("life.obsolete",),
    over=_links_of_live_pages,
    why="The link sends somebody in an incident to a procedure that was taken out of use. Its "
    "commands may harm the system that replaced the old one.",
    bad=page("If the drain hangs, follow {doc:old-drain}.", pages=PAGES),
    good=page("If the drain hangs, follow {doc:new-drain}.", pages=PAGES),
)
def link_to_archived(subject: tuple[DocumentFacts, Link], context: Context) -> Iterator[Fault]:
    """A live page does not link an archived one.

    Tables of contents may list archived pages, as that is where history is kept.
    """
    document, link = subject
    docname = _docname_of(link, document, context.graph)
    target = context.graph.documents.get(docname)
    if target and target.header and target.header.status == Lifecycle.ARCHIVED:
        yield Fault(
            f'link to "{docname}", which is archived; link the page that replaced it',
            link.place,
            document.docname,
            docname,
            (Related("archived here", target.header.place),),
        )


def _docname_of(link: Link, document: DocumentFacts, graph: TraceabilityGraph) -> str:
    """The docname that a link leads to; empty, or that of no page, where it leads elsewhere."""
    target = link.target.partition("#")[0]
    # the doc role names a page alone; links of other kinds may name a label too
    label_page = "" if link.kind == "doc" else graph.pages_by_label.get(target.lower(), "")
    if label_page or link.kind == "ref":
        return label_page
    folder = "" if target.startswith("/") else posixpath.dirname(document.docname)
    return posixpath.normpath(posixpath.join(folder, target.lstrip("/")))
