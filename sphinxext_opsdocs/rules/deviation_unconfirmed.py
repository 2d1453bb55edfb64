"""Open deviations still occur."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.graph.nodes import DeviationNode
from sphinxext_opsdocs.rules._support.deviations import deviation_fault, open_deviations
from sphinxext_opsdocs.rules.engine.base import Context, rule
from sphinxext_opsdocs.rules.engine.examples import deviation, page


def _deviations_to_confirm(graph: TraceabilityGraph) -> Iterable[DeviationNode]:
    return open_deviations(graph) if graph.config.deviations.confirm_within else ()


@rule(
    severity="warning",
    clauses=("deviation.escalated", "success.surface"),
    over=_deviations_to_confirm,
    why="The fault may have been gone for two releases, and people on call still apply a "
    "workaround that nobody needs and that may now do harm.",
    bad=page(deviation(observed="2026-06-30", severity="minor"), note="Today is 2026-11-23."),
    good=page(
        deviation(
            observed="2026-06-30",
            severity="minor",
            last_observed="2026-11-20, 4.7.1, https://grafana.example/d/1",
        ),
        note="Try to reproduce it. If it still occurs, enter the date, the version and what shows "
        "it; if not, resolve it.",
    ),
    options=("deviations.confirm_within",),
    comes_with_time=True,
)
def deviation_unconfirmed(node: DeviationNode, context: Context) -> Iterator[Fault]:
    """An open deviation was observed within ``deviations.confirm_within`` days.

    The days are counted from ``last-observed``, else from ``observed``. The finding names the
    sections that the deviation diverges from and that changed since they were pinned: the
    divergence may have ended with that change.
    """
    deviation = node.deviation
    limit = context.graph.config.deviations.confirm_within
    day = deviation.last_observed or deviation.observed
    ahead, age = context.days_ahead(day), context.days_since(day)
    if ahead:
        yield deviation_fault(
            node,
            f'deviation "{deviation.id}" was last observed on {day}, {ahead} days in the future; '
            "enter the day it was observed",
        )
    elif age > limit:
        changed = _changed_sections(node, context.graph)
        hint = f"; {' and '.join(changed)} changed since, so start there" if changed else ""
        yield deviation_fault(
            node,
            f'deviation "{deviation.id}" was last observed on {day}, {age} days ago (limit: '
            f"{limit}); look again, then set last-observed or resolve it{hint}",
        )


def _changed_sections(node: DeviationNode, graph: TraceabilityGraph) -> list[str]:
    """The titles of its sections whose text differs from the pinned one."""
    changed: list[str] = []
    for edge in graph.edges_by_document.get(node.docname, ()):
        pin, section = graph.pin_of(edge), edge.resolution.section
        # the page may refer to other sections for other reasons
        is_own = edge.deviation == node.deviation.id
        if is_own and pin and section and pin.digest != section.entry.whole_digest:
            changed.append(f'"{section.title}" (pinned {pin.on})')
    return changed
