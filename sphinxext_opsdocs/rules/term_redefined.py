"""Terms of specifications are not defined again."""

from collections.abc import Iterator

from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.nodes import CanonicalEdge
from sphinxext_opsdocs.graph.overlap import TERM
from sphinxext_opsdocs.rules._support.overlaps import (
    Repetition,
    passages_read,
    reference_to,
    repetition_fault,
    repetitions,
)
from sphinxext_opsdocs.rules._support.prose import quoted
from sphinxext_opsdocs.rules.engine.base import Context, rule
from sphinxext_opsdocs.rules.engine.examples import page, specification

PAGES = specification("drain", "A drain means that a node takes no new connection.")


def _domain_of(edge: CanonicalEdge) -> str:
    section = edge.resolution.section
    return section.domain_key if section else ""


@rule(
    severity="warning",
    clauses=("boundary.noredefine",),
    over=lambda graph: repetitions(graph, TERM),
    why="Two definitions of one word drift apart. In the incident call the developer and the "
    'operator then mean different things by "drained".',
    bad=page("A drain means that the node is emptied by hand.", pages=PAGES),
    good=page("For what a drain is, see {canonical:api:drain}.", pages=PAGES),
    options=("language",),
    judges_prose=True,
    count_places=passages_read,
)
def term_redefined(subject: Repetition, context: Context) -> Iterator[Fault]:
    """A term that a specification defines is not defined again on an operational page.

    A definition is an entry of a glossary or of another definition list, or a sentence ("X means
    ..."); one with a canonical reference is not reported. Two definitions that share no words are
    reported only on a page that refers to the spec domain.
    """
    domain = subject.section.domain_key
    edges = context.graph.edges_by_document.get(subject.docname, ())
    # projects use one word for several things: without shared words it may be another term
    if subject.overlap.is_alike or domain in map(_domain_of, edges):
        yield repetition_fault(
            subject,
            f"{quoted(*subject.overlap.quotes)} is already defined in "
            f'"{subject.section.title}"; refer to {reference_to(subject.section)} instead',
        )
