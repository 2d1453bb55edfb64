"""Sphinx can read every page."""

from collections.abc import Iterator

from sphinxext_opsdocs.facts.model import Place, Problem
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.inputs import Inputs
from sphinxext_opsdocs.rules._support.problems import problem_fault
from sphinxext_opsdocs.rules.engine.base import Context, rule
from sphinxext_opsdocs.rules.engine.examples import page

UNREADABLE = Inputs(
    problems=(
        Problem(
            "page_unreadable",
            "this page cannot be read, so no rule has looked at it: it contains a byte that is not "
            "utf-8; save it in this encoding",
            Place("ops/failover.md", 12),
        ),
    )
)


@rule(
    severity="error",
    clauses=("review.like_code",),
    over=lambda graph: [each for each in graph.inputs.problems if each.rule == "page_unreadable"],
    why="The deviations and references of such a page are in no register, and none of its faults "
    "is reported. A build of its pages ends there.",
    bad=page(
        inputs=UNREADABLE,
        note="``ops/failover.md`` was saved as Latin-1, and contains an umlaut on line 12.",
    ),
    good=page(note="``ops/failover.md`` is saved as UTF-8."),
    scope="project",
)
def page_unreadable(problem: Problem, context: Context) -> Iterator[Fault]:
    """Sphinx can read every page.

    A page cannot be read if it is not UTF-8, includes itself, is nested too deeply, or contains a
    directive of an extension that fails. The other pages are checked all the same; references to
    specifications of a spec domain with such a page are not judged, and entries of the baseline for
    such a page stay.
    """
    yield problem_fault(problem, "")
