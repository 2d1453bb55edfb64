"""Required sections say something."""

from collections.abc import Iterable, Iterator

from sphinxext_opsdocs.config.classes import section_key
from sphinxext_opsdocs.facts.model import DocumentFacts, Section
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.rules.engine.base import SECTIONS, Context, page, rule


def required_sections(graph: TraceabilityGraph) -> Iterable[tuple[DocumentFacts, Section]]:
    """The sections that classes require, of documents that are not archived."""
    for document in graph.governed:
        known = document.document_class
        if not known or document.header.status == "Archived":
            continue
        titles = {
            section_key(name) for names in known.required_sections for name in names.split("|")
        }
        for section in document.facts.sections:
            if section_key(section.title) in titles:
                yield document.facts, section


@rule(
    severity="warning",
    clauses=("class.task",),
    over=required_sections,
    bad=page(
        "== Verification",
        "TODO",
        sections=[name for name in SECTIONS if name != "Verification"],
    ),
    good=page(
        "== Verification",
        "The dashboard is green.",
        sections=[name for name in SECTIONS if name != "Verification"],
    ),
    judges_prose=True,
)
def section_empty(subject: tuple[DocumentFacts, Section], context: Context) -> Iterator[Fault]:
    """A section that the class requires says something.

    Nothing, only a comment, and only TODO, TBD, WIP, "coming soon" and their kin say nothing. One
    of several sections with the same title is enough.
    """
    facts, section = subject
    key = section_key(section.title)
    same = [other for other in facts.sections if section_key(other.title) == key]
    if section is same[0] and all(other.is_empty for other in same):
        yield Fault(
            f'section "{section.title}" is required and says nothing yet',
            section.place,
            facts.docname,
            key,
        )
