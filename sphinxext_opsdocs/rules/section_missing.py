"""A document has the sections that its readers look for."""

from collections.abc import Iterable, Iterator

from sphinxext_opsdocs.config.classes import section_key
from sphinxext_opsdocs.config.lifecycle import Lifecycle
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.graph.nodes import GovernedDocument
from sphinxext_opsdocs.rules._support.headers import classified
from sphinxext_opsdocs.rules.engine.base import Context, rule
from sphinxext_opsdocs.rules.engine.examples import SECTIONS, page


def _with_required_sections(graph: TraceabilityGraph) -> Iterable[GovernedDocument]:
    for document in classified(graph):
        document_class = document.document_class
        is_archived = document.header.status == Lifecycle.ARCHIVED
        if document_class and document_class.required_sections and not is_archived:
            yield document


@rule(
    severity="warning",
    clauses=("class.task", "class.kinds"),
    over=_with_required_sections,
    why="Somebody who follows the page in an incident jumps to a section by its name. Without "
    "Verification, for example, a repair counts as done although nobody saw whether it worked.",
    bad=page(
        sections=[name for name in SECTIONS if name != "Verification"],
        note='The class of the page requires a section "Verification".',
    ),
    good=page(),
    options=("classes.<name>.required_sections",),
    scope="page",
)
def section_missing(document: GovernedDocument, context: Context) -> Iterator[Fault]:
    """A document has every section that its class requires, at any level.

    Letter case and numbering do not matter. Archived documents are not checked.
    """
    if not document.document_class:
        return
    present = {section_key(section.title) for section in document.facts.sections}
    for title in document.document_class.required_sections:
        # alternatives are separated by a bar: "Rollback | Roll back"
        if present.isdisjoint(section_key(name) for name in title.split("|")):
            yield Fault(
                f'missing required section "{title}" (class: {document.document_class.name})',
                document.header.place,
                document.facts.docname,
                title,
            )
