"""Every value has one place."""

from collections.abc import Iterator

from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.overlap import VALUE
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

PAGES = specification("grace", "The drain grace period is 60 seconds.")


@rule(
    severity="warning",
    clauses=("boundary.copy",),
    over=lambda graph: repetitions(graph, VALUE),
    why="When the specification changes the value, the number here stays. An operator who waits 60 "
    "seconds for a drain that by now takes 90 cuts off live connections.",
    bad=page("Wait out the drain grace period of 1 minute.", pages=PAGES),
    good=page("Wait out the {canonical:drain grace period <api:grace>}.", pages=PAGES),
    options=("language",),
    judges_prose=True,
    count_places=passages_read,
)
def restated_value(subject: Repetition, context: Context) -> Iterator[Fault]:
    """A limit, objective, timeout or other value is not repeated beside its name.

    A value is repeated where the same amount (60 s is 1 minute) stands beside the same name, in a
    sentence or in a table row.
    """
    words = ": ".join(map(quoted, subject.overlap.quotes))
    yield repetition_fault(
        subject,
        f'{words} repeats a value of "{subject.section.title}"; refer to '
        f"{reference_to(subject.section)}, or use a substitution that the specification exports",
    )
