"""The baseline contains only findings that still occur."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sphinxext_opsdocs.facts.model import Place
from sphinxext_opsdocs.findings.baseline import Baseline, BaselineEntry
from sphinxext_opsdocs.findings.finding import Fault, counted_noun
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.graph.inputs import Inputs
from sphinxext_opsdocs.rules.engine.base import Context, rule
from sphinxext_opsdocs.rules.engine.examples import page

FIXED = BaselineEntry("ops/page", "section_missing", "0" * 16, "2026-11-02")
LISTED = 3
"""Pages that a message names."""


def _baselines(graph: TraceabilityGraph) -> Iterable[Baseline]:
    return () if graph.inputs.baseline is None else (graph.inputs.baseline,)


@rule(
    severity="warning",
    clauses=("review.like_code",),
    over=_baselines,
    why="A fixed finding that stays in the baseline can come back without being reported: the team "
    "loses work that it has already done, and nobody notices.",
    bad=page(
        inputs=Inputs(baseline=(FIXED,)),
        note="``opsdocs-baseline.json`` has an entry for ``section_missing`` on ``ops/page``, and "
        "the page now has all of its sections.",
    ),
    good=page(
        inputs=Inputs(baseline=()),
        note="Run ``opsdocs baseline --prune``, which removes the entry, and commit the file.",
    ),
    scope="project",
)
def baseline_stale(baseline: Baseline, context: Context) -> Iterator[Fault]:
    """Every entry of the baseline is a finding that still occurs.

    ``opsdocs baseline --prune`` removes the others. One finding for all of them.
    """
    entries = context.fixed_entries
    if not entries:
        return
    path = context.graph.inputs.baseline_path
    # on no page: findings about files of the project
    pages = sorted({entry.document or "(no page)" for entry in entries})
    names = ", ".join(pages[:LISTED])
    if len(pages) > LISTED:
        names += ", ..."
    verb = "is" if len(entries) == 1 else "are"
    yield Fault(
        f"{counted_noun(len(entries), 'finding')} of the baseline {verb} fixed ({names}); run "
        '"opsdocs baseline --prune"',
        Place(path, 1),
        "",
        path,
    )
