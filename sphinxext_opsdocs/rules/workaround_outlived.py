"""Workarounds leave with their deviation."""

from collections.abc import Iterator

from sphinxext_opsdocs.facts.model import Workaround
from sphinxext_opsdocs.findings.finding import Fault, Related
from sphinxext_opsdocs.rules.engine.base import Context, deviation, directive, page, rule
from sphinxext_opsdocs.rules.workaround_misplaced import workarounds

RESOLVED = {"state": "resolved", "resolved": "2026-11-10"}


@rule(
    severity="warning",
    clauses=("life.obsolete", "deviation.workaround"),
    over=workarounds,
    bad=page(deviation(directive("workaround", "", "Raise the grace period."), **RESOLVED)),
    good=page(deviation(**RESOLVED)),
)
def workaround_outlived(subject: tuple[str, Workaround], context: Context) -> Iterator[Fault]:
    """A workaround does not outlive its deviation: once that is resolved, it goes."""
    docname, workaround = subject
    nodes = context.graph.deviations_by_id.get(workaround.deviation, ())
    if nodes and nodes[0].deviation.state == "resolved":
        deviation = nodes[0].deviation
        yield Fault(
            f'deviation "{deviation.id}" is resolved and its workaround still stands; remove it',
            workaround.place,
            docname,
            deviation.id,
            (Related("the deviation", deviation.place),),
        )
