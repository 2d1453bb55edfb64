"""Terms of specifications are not defined again."""

from collections.abc import Iterator

from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import CanonicalEdge
from sphinxext_opsdocs.graph.overlap import TERM
from sphinxext_opsdocs.rules._support.overlaps import Repeated, overlap_fault, repeated
from sphinxext_opsdocs.rules.engine.base import Context, page, rule, specification

DRAIN = specification("drain", "A drain means that a node takes no new connection.")


def _domain_of(edge: CanonicalEdge) -> str:
    section = edge.resolution.section
    return section.domain if section else ""


@rule(
    severity="warning",
    clauses=("boundary.noredefine",),
    over=lambda graph: repeated(graph, TERM),
    bad=page("A drain means that the node is emptied by hand.", pages=DRAIN),
    good=page("What a drain is, {canonical:api:drain} says.", pages=DRAIN),
    judges_prose=True,
)
def term_redefined(subject: Repeated, context: Context) -> Iterator[Fault]:
    """A term that a specification defines is not defined again on an operational page.

    In a glossary or another definition list, or by a sentence ("X means ..."). A definition with a
    canonical reference is none. Projects use one word for several things: definitions that share no
    words count only on a page that refers to the domain of the specification.
    """
    domain = subject.section.domain
    edges = context.graph.edges_by_document.get(subject.docname, ())
    if subject.overlap.is_alike or domain in map(_domain_of, edges):
        yield overlap_fault(
            subject,
            f'"{subject.overlap.text}" is defined in "{subject.section.title}"; refer to '
            f"{subject.section.id} instead of defining it again",
        )
