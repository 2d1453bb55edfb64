"""Workarounds go with their deviation."""

from collections.abc import Iterator

from sphinxext_opsdocs.facts.model import Workaround
from sphinxext_opsdocs.findings.finding import Fault, Related
from sphinxext_opsdocs.rules._support.deviations import workarounds
from sphinxext_opsdocs.rules.engine.base import Context, rule
from sphinxext_opsdocs.rules.engine.examples import deviation, directive, page

RESOLVED = {"state": "resolved", "resolved": "2026-11-10"}
TEXT = "During a drain the gateway answered 503."


@rule(
    severity="warning",
    clauses=("life.obsolete", "deviation.workaround"),
    over=workarounds,
    why="The fault is fixed, but the page still has people change limits or restart nodes by hand, "
    "on a system that now works as specified.",
    bad=page(deviation(TEXT, directive("workaround", "", "Raise the grace period."), **RESOLVED)),
    good=page(deviation(TEXT, **RESOLVED)),
)
def workaround_outlived(subject: tuple[str, Workaround], context: Context) -> Iterator[Fault]:
    """A workaround is removed when its deviation is resolved."""
    docname, workaround = subject
    nodes = context.graph.deviations_by_id.get(workaround.deviation, ())
    if nodes and nodes[0].deviation.state == "resolved":
        deviation = nodes[0].deviation
        yield Fault(
            f'deviation "{deviation.id}" is resolved, but its workaround is still here; remove it',
            workaround.place,
            docname,
            deviation.id,
            (Related("the deviation", deviation.place),),
        )
