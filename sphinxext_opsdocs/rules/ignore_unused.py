"""Exceptions that cover nothing are removed."""

from collections.abc import Iterable, Iterator

from sphinxext_opsdocs.config.schema import severity_of
from sphinxext_opsdocs.facts.model import Ignore
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.rules.engine.base import Context, rule
from sphinxext_opsdocs.rules.engine.examples import STEP, directive, page


def _ignores(graph: TraceabilityGraph) -> Iterable[tuple[str, int, Ignore]]:
    """Every ignore, with its docname and its index on that page."""
    for document in graph.documents.values():
        for index, ignore in enumerate(document.ignores):
            yield document.docname, index, ignore


@rule(
    severity="warning",
    clauses=("review.like_code",),
    over=_ignores,
    why="It would hide the next finding of its rule at this place, although its reason was given "
    "for a fault that was fixed long ago.",
    bad=page(
        directive("opsdocs-ignore", "workaround_misplaced", reason="moves into its deviation"),
        STEP,
    ),
    good=page(STEP),
    scope="page",
)
def ignore_unused(subject: tuple[str, int, Ignore], context: Context) -> Iterator[Fault]:
    """An ``opsdocs-ignore`` covers at least one finding.

    It covers the block after it, or with ``:page:`` the whole page. One that has expired is
    reported as expired only, and one for rules that are off is not reported.
    """
    docname, index, ignore = subject
    is_expired = ignore.until and context.days_since(ignore.until) > 0
    config = context.graph.config
    # rules that are off did not look at the page, so there was nothing to cover
    is_off = all(severity_of(config, name, "info", docname) == "off" for name in ignore.rules)
    if is_expired or is_off or (docname, index) in context.used_ignores:
        return
    names = ", ".join(ignore.rules)
    message = f'this exception for "{names}" covers nothing; remove it'
    yield Fault(message, ignore.place, docname, names)
