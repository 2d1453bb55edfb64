"""A document has the sections that its readers look for."""

from collections.abc import Iterator

from sphinxext_opsdocs.config.classes import section_key
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import GovernedDocument
from sphinxext_opsdocs.rules.engine.base import SECTIONS, Context, page, rule


@rule(
    severity="warning",
    clauses=("class.task", "class.kinds"),
    over=lambda graph: [document for document in graph.governed if _applies(document)],
    bad=page(sections=[name for name in SECTIONS if name != "Verification"]),
    good=page(),
)
def section_missing(document: GovernedDocument, context: Context) -> Iterator[Fault]:
    """A document has every section that its class requires, at any level.

    Whoever follows the page in an incident looks for them by name. Letter case and numbering do
    not matter. Archived documents are left alone.
    """
    if not document.document_class:
        return
    present = {section_key(section.title) for section in document.facts.sections}
    for title in document.document_class.required_sections:
        if present.isdisjoint(section_key(name) for name in title.split("|")):
            yield Fault(
                f'a {document.document_class.name} has a section "{title}", this one has not',
                document.header.place,
                document.facts.docname,
                title,
            )


def _applies(document: GovernedDocument) -> bool:
    known = document.document_class
    return bool(known and known.required_sections) and document.header.status != "Archived"
