"""A page in a governed folder declares itself."""

from collections.abc import Iterable, Iterator

from sphinxext_opsdocs.facts.model import DocumentFacts, Place
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.rules.engine.base import Context, Example, page, rule


def pages_in_governed_folders(graph: TraceabilityGraph) -> Iterable[DocumentFacts]:
    """The pages that configuration declares governed."""
    return (page for page in graph.documents.values() if graph.is_governed_folder(page.docname))


@rule(
    severity="warning",
    clauses=("header.owner", "header.lifecycle"),
    over=pages_in_governed_folders,
    bad=Example({}, ("= Drain a gateway node", "Stop new traffic.")),
    good=page(),
)
def header_missing(document: DocumentFacts, context: Context) -> Iterator[Fault]:
    """A page in a governed folder has a governed header.

    Without one nobody answers for the page, and nobody can tell whether it is still meant to be
    followed. The header is a field list on the first lines of a reStructuredText page, before
    the title, or front matter that starts on the first line of a MyST page.
    """
    if document.header:
        return
    stray = document.stray_header
    place = stray.place if stray else Place(document.path, 1)
    reason = (
        f": {stray.reason}"
        if stray
        else "; start it with class, owner, status, version and last-reviewed"
    )
    yield Fault(
        f"this page is in a governed folder and has no header{reason}", place, document.docname, ""
    )
