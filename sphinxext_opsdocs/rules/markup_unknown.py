"""Names of directives and roles are spelt right."""

from collections.abc import Iterator

from sphinxext_opsdocs.facts.model import DocumentFacts
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.rules._support.problems import problem_faults
from sphinxext_opsdocs.rules.engine.base import Context, rule
from sphinxext_opsdocs.rules.engine.examples import STEP, directive, page


@rule(
    severity="error",
    clauses=("review.like_code", "deviation.observed"),
    over=lambda graph: graph.documents.values(),
    why="One wrong letter, and a deviation with its workaround is on no page and in no register. "
    "The build only logs it, and a reviewer sees source text that looks right.",
    bad=page(STEP, directive("canonical-reff", "api:rate-limits")),
    good=page(STEP, directive("canonical-ref", "api:rate-limits")),
    options=("short_names",),
)
def markup_unknown(document: DocumentFacts, context: Context) -> Iterator[Fault]:
    """No page uses an unknown directive or role with nearly the name of one of this extension.

    Up to two wrong, missing, superfluous or swapped letters count as nearly, and so do underscores
    for hyphens and every unknown name that starts with ``ops:``. A name that another extension
    registers is known.
    """
    yield from problem_faults(document, "markup_unknown")
