"""Canonical text is linked, not copied."""

from collections.abc import Iterator

from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.overlap import COPY
from sphinxext_opsdocs.rules._support.overlaps import (
    Repetition,
    passages_read,
    reference_to,
    repetition_fault,
    repetitions,
)
from sphinxext_opsdocs.rules._support.prose import quoted
from sphinxext_opsdocs.rules.engine.base import Context, rule
from sphinxext_opsdocs.rules.engine.examples import directive, page, specification

TEXT = (
    "Whoever is throttled waits twice as long after each further answer, and gives up after the "
    "fifth one within an hour."
)
PAGES = specification("backoff", TEXT)


@rule(
    severity="warning",
    clauses=("boundary.copy",),
    over=lambda graph: repetitions(graph, COPY),
    why="The copy does not change with its source. A year later the person on call follows the old "
    "sentence, because it is the one in front of them.",
    bad=page(TEXT, pages=PAGES),
    good=page(directive("canonical-quote", "api:backoff", TEXT), pages=PAGES),
    judges_prose=True,
    count_places=passages_read,
)
def copied_canonical(subject: Repetition, context: Context) -> Iterator[Fault]:
    """No passage of an operational page repeats a specification.

    A copy may be verbatim, lightly edited or reordered; a list item or table row may also be short.
    A page is compared with all canonical text of this project and of canonical indexes.
    ``canonical-quote`` is for what is quoted on purpose. Literal blocks are not compared.
    """
    # one finding for each block: a baseline of blocks survives edits of their neighbours (ADR 0014)
    yield repetition_fault(
        subject,
        f'{quoted(*subject.overlap.quotes)} is copied from "{subject.section.title}"; refer to '
        f"{reference_to(subject.section)}, or quote it with canonical-quote",
    )
