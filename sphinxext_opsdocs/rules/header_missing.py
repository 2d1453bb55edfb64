"""A page in a governed folder declares itself."""

from collections.abc import Iterable, Iterator

from sphinxext_opsdocs.facts.model import DocumentFacts, Place
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.rules.engine.base import Context, rule
from sphinxext_opsdocs.rules.engine.examples import Example, page

REMEDY = "; start it with class, owner, status, version and last-reviewed"


def _pages_in_governed_folders(graph: TraceabilityGraph) -> Iterable[DocumentFacts]:
    return (page for page in graph.documents.values() if graph.is_governed_folder(page.docname))


@rule(
    severity="warning",
    clauses=("header.owner", "header.lifecycle"),
    over=_pages_in_governed_folders,
    why="Nobody answers for the page. During an incident nobody can see whether its procedure is "
    "still meant to be followed, or was replaced last year.",
    bad=Example({}, page().body, note="``ops/**`` is one of the ``governed`` folders."),
    good=page(),
    options=("governed",),
    scope="page",
)
def header_missing(document: DocumentFacts, context: Context) -> Iterator[Fault]:
    """A page in a governed folder has a governed header.

    The header is a field list on the first lines of a reStructuredText page, before the title, or
    front matter that starts on the first line of a MyST page. A header that stands elsewhere is
    reported with the reason why it is not read.
    """
    if document.header:
        return
    place, reason = Place(document.path, 1), REMEDY
    # Sphinx shows a field list after the title as a table, so that "no header" would look wrong
    stray = document.stray_header
    if stray:
        place, reason = stray.place, f": {stray.reason}"
    yield Fault(
        f"this page is in a governed folder but has no header{reason}", place, document.docname, ""
    )
