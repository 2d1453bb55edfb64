"""Required sections have content."""

from collections.abc import Iterable, Iterator

from sphinxext_opsdocs.config.classes import section_key
from sphinxext_opsdocs.config.lifecycle import Lifecycle
from sphinxext_opsdocs.facts.model import DocumentFacts, Section
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.rules.engine.base import Context, rule
from sphinxext_opsdocs.rules.engine.examples import SECTIONS, STEP, page

OTHERS = [name for name in SECTIONS if name != "Verification"]


def _required_sections(graph: TraceabilityGraph) -> Iterable[tuple[DocumentFacts, Section]]:
    for document in graph.governed:
        document_class = document.document_class
        if not document_class or document.header.status == Lifecycle.ARCHIVED:
            continue
        alternatives = (title.split("|") for title in document_class.required_sections)
        keys = {section_key(name) for names in alternatives for name in names}
        for section in document.facts.sections:
            if section_key(section.title) in keys:
                yield document.facts, section


@rule(
    severity="warning",
    clauses=("class.task",),
    over=_required_sections,
    why="The heading promises an instruction that is not there. The person on call learns that in "
    "the middle of the procedure, with the node already drained.",
    bad=page(STEP, "== Verification", "TODO", sections=OTHERS),
    good=page(STEP, "== Verification", "The dashboard is green.", sections=OTHERS),
    options=("classes.<name>.required_sections",),
    # whether a section is empty is recorded only where prose is read
    judges_prose=True,
)
def section_empty(subject: tuple[DocumentFacts, Section], context: Context) -> Iterator[Fault]:
    """A section that the class requires has content.

    A section is empty that has nothing, only comments, or only TODO, TBD, WIP, "coming soon" and
    the like. Of several sections with the same title one with content is enough.
    """
    facts, section = subject
    key = section_key(section.title)
    same = [other for other in facts.sections if section_key(other.title) == key]
    # one finding for all sections of that title, on the first
    if section is same[0] and all(other.is_empty for other in same):
        yield Fault(
            f'required section "{section.title}" has no content; write it',
            section.place,
            facts.docname,
            key,
        )
