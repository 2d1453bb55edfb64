"""Exceptions that cover nothing go."""

from collections.abc import Iterable, Iterator

from sphinxext_opsdocs.config.schema import severity_of
from sphinxext_opsdocs.facts.model import Ignore
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.rules.engine.base import Context, directive, page, rule


def ignores(graph: TraceabilityGraph) -> Iterable[tuple[str, int, Ignore]]:
    """Every ignore, with its docname and its index on that page."""
    for document in graph.documents.values():
        for index, ignore in enumerate(document.ignores):
            yield document.docname, index, ignore


IGNORE = directive("opsdocs-ignore", "workaround_misplaced", reason="moves next week")


@rule(
    severity="warning",
    clauses=("review.like_code",),
    over=ignores,
    bad=page(IGNORE, "Stop new traffic."),
    good=page(IGNORE, directive("workaround", "", "Raise the drain grace period.")),
)
def ignore_unused(subject: tuple[str, int, Ignore], context: Context) -> Iterator[Fault]:
    """An ``opsdocs-ignore`` covers at least one fault.

    It covers the block after it, or with ``:page:`` the whole page. An expired one is reported
    as expired alone, and one for rules that are off not at all.
    """
    docname, index, ignore = subject
    expired = ignore.until and context.days_since(ignore.until) > 0
    config = context.graph.config
    is_off = all(severity_of(config, name, "info", docname) == "off" for name in ignore.rules)
    if not expired and not is_off and (docname, index) not in context.used_ignores:
        names = ", ".join(ignore.rules)
        yield Fault(
            f'this exception for "{names}" covers nothing; remove it', ignore.place, docname, names
        )
