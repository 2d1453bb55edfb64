"""What rules on problems of markup and files share."""

from __future__ import annotations

from collections.abc import Iterator

from sphinxext_opsdocs.facts.model import DocumentFacts, Problem
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.rules._support.former_wording import former_wording

__all__ = ["problem_fault", "problem_faults"]


def problem_faults(facts: DocumentFacts, rule: str) -> Iterator[Fault]:
    """Yield a fault for each problem of a page that this rule reports."""
    for problem in facts.problems:
        if problem.rule == rule:
            yield problem_fault(problem, facts.docname)


def problem_fault(problem: Problem, docname: str) -> Fault:
    """Return the fault for one problem; ``docname`` is empty for one of a file beside the pages."""
    key = former_wording(problem.message)
    return Fault(problem.message, problem.place, docname, key, fix=problem.fix)
