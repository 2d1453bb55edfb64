"""Values stand in one place."""

from collections.abc import Iterator

from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.overlap import VALUE
from sphinxext_opsdocs.rules._support.overlaps import Repeated, overlap_fault, repeated
from sphinxext_opsdocs.rules._support.prose import shown
from sphinxext_opsdocs.rules.engine.base import Context, page, rule, specification

GRACE = specification("grace", "The drain grace period is 60 seconds.")


@rule(
    severity="warning",
    clauses=("boundary.copy",),
    over=lambda graph: repeated(graph, VALUE),
    bad=page("Wait out the drain grace period of 1 minute.", pages=GRACE),
    good=page("Wait out the {canonical:api:grace}.", pages=GRACE),
    judges_prose=True,
)
def restated_value(subject: Repeated, context: Context) -> Iterator[Fault]:
    """A limit, objective, timeout or other value is not restated beside its name.

    It is the same amount (60 s is 1 minute) with the same name, in a sentence or a table row. A
    reference follows the specification when the value changes; a copy does not.
    """
    yield overlap_fault(
        subject,
        f'{shown(subject.overlap.text)} restates a value of "{subject.section.title}"; refer to '
        f"{subject.section.id}, or use a substitution that the specification exports",
    )
