"""The baseline has only what is still there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sphinxext_opsdocs.facts.model import Place
from sphinxext_opsdocs.findings.baseline import Baseline, Entry
from sphinxext_opsdocs.findings.finding import Fault, counted_noun
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.graph.inputs import Inputs
from sphinxext_opsdocs.rules.engine.base import Context, page, rule

FIXED = Entry("ops/page", "section_missing", "0" * 16, "2026-11-02")


def _baselines(graph: TraceabilityGraph) -> Iterable[Baseline]:
    return () if graph.inputs.baseline is None else (graph.inputs.baseline,)


@rule(
    severity="warning",
    clauses=("review.like_code",),
    over=_baselines,
    bad=page(inputs=Inputs(baseline=(FIXED,))),
    good=page(inputs=Inputs(baseline=())),
)
def baseline_stale(baseline: Baseline, context: Context) -> Iterator[Fault]:
    """Every entry of the baseline is a finding that is still there.

    What was fixed is to be taken out, so that it cannot come back unseen: ``opsdocs baseline
    --prune``. One finding for all of them.
    """
    fixed = context.fixed_entries
    if fixed:
        path = context.graph.inputs.baseline_path
        pages = sorted({entry.document or "(no page)" for entry in fixed})
        where = ", ".join(pages[:3]) + (", ..." if len(pages) > 3 else "")
        yield Fault(
            f"{counted_noun(len(fixed), 'finding')} of the baseline "
            f'{"is" if len(fixed) == 1 else "are"} fixed, on {where}: "opsdocs baseline --prune"',
            Place(path, 1),
            "",
            path,
        )
