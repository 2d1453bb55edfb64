"""Canonical text is linked, not copied."""

from collections.abc import Iterator

from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.overlap import COPY
from sphinxext_opsdocs.rules._support.overlaps import Repeated, overlap_fault, repeated
from sphinxext_opsdocs.rules._support.prose import shown
from sphinxext_opsdocs.rules.engine.base import Context, directive, page, rule, specification

QUOTED = (
    "Whoever is throttled waits twice as long after each further answer, and gives up after the "
    "fifth one within an hour."
)
BACKOFF = specification("backoff", QUOTED)


@rule(
    severity="warning",
    clauses=("boundary.copy",),
    over=lambda graph: repeated(graph, COPY),
    bad=page(QUOTED, pages=BACKOFF),
    good=page(directive("canonical-quote", "api:backoff", QUOTED), pages=BACKOFF),
    judges_prose=True,
)
def copied_canonical(subject: Repeated, context: Context) -> Iterator[Fault]:
    """No passage of an operational page stands in a specification too.

    Verbatim, lightly edited or reordered; list items and table rows also where they are short.
    Compared with all canonical text that is known: of this project and of canonical indexes.
    ``canonical-quote`` is for what is quoted on purpose. Literal blocks are left alone.
    """
    yield overlap_fault(
        subject,
        f'{shown(subject.overlap.text)} is copied from "{subject.section.title}"; refer to '
        f"{subject.section.id}, or quote it with canonical-quote",
    )
