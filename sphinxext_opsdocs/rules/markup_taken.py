"""Directives and roles of this extension can be written by their short names."""

from collections.abc import Iterator

from sphinxext_opsdocs.facts.model import Place, Problem
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.inputs import Inputs
from sphinxext_opsdocs.rules._support.problems import problem_fault
from sphinxext_opsdocs.rules.engine.base import Context, rule
from sphinxext_opsdocs.rules.engine.examples import page

TAKEN = Inputs(
    problems=(
        Problem(
            "markup_taken",
            'the directive "workaround" is taken by the need type "workaround" of sphinx-needs',
            Place("conf.py", 1),
        ),
    )
)


@rule(
    severity="error",
    clauses=("review.like_code",),
    over=lambda graph: [each for each in graph.inputs.problems if each.rule == "markup_taken"],
    why="Writers believe that they record a workaround, and the page shows one. But the directive "
    "of that name is another one, so nothing is recorded and every rule on it is silent.",
    bad=page(
        inputs=TAKEN,
        note="``needs_types`` in conf.py has a type whose directive is called ``workaround``.",
    ),
    good=page(
        note="The type is called ``bypass``; or ``short_names = false`` is set, and pages use the "
        "directive ``ops:workaround``."
    ),
    options=("short_names",),
    scope="project",
)
def markup_taken(problem: Problem, context: Context) -> Iterator[Fault]:
    """No other extension has registered the short name of a directive or role of this one.

    A need type of sphinx-needs is a directive, too. Whoever registers the name keeps it; the name
    with the prefix ``ops:`` always works.
    """
    yield problem_fault(problem, "")
