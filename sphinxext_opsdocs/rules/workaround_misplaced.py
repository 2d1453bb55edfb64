"""Workarounds belong to their deviation."""

from collections.abc import Iterator

from sphinxext_opsdocs.facts.model import Workaround
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.rules._support.deviations import workarounds
from sphinxext_opsdocs.rules.engine.base import Context, rule
from sphinxext_opsdocs.rules.engine.examples import deviation, directive, page

STEP = "Raise the drain grace period."


@rule(
    severity="warning",
    clauses=("deviation.workaround",),
    over=workarounds,
    why="A workaround that stands alone becomes the way things are done: nobody knows for which "
    "fault it is, or when it can be dropped.",
    bad=page(directive("workaround", "", STEP), deviation()),
    good=page(
        directive("workaround", "", STEP, deviation="DEV-0007"),
        deviation(),
        note="Name the deviation, or move the workaround into it:",
    ),
)
def workaround_misplaced(subject: tuple[str, Workaround], context: Context) -> Iterator[Fault]:
    """A workaround is inside the deviation that it works around, or names it."""
    docname, workaround = subject
    if workaround.is_nested:
        return
    if not workaround.deviation:
        yield Fault(
            "this workaround is outside of a deviation; move it into one, or name one with "
            ":deviation:",
            workaround.place,
            docname,
            workaround.section,
        )
    elif workaround.deviation not in context.graph.deviations_by_id:
        yield Fault(
            f'this workaround names deviation "{workaround.deviation}", which does not exist; '
            "correct the id, or record the deviation",
            workaround.place,
            docname,
            workaround.deviation,
        )
