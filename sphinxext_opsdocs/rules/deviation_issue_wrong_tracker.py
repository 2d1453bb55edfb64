"""Issues are raised where the owner takes them."""

from collections.abc import Iterable, Iterator

from sphinxext_opsdocs.config.schema import SpecDomain
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.graph.nodes import DeviationNode
from sphinxext_opsdocs.rules.engine.base import Context, rule
from sphinxext_opsdocs.rules.engine.examples import deviation, page


def _deviations_with_issues(graph: TraceabilityGraph) -> Iterable[DeviationNode]:
    """Deviations with an issue, over a spec domain that names its tracker."""
    domains = graph.config.domains
    for node in graph.deviations:
        if node.issues and any(s.domain_key and domains[s.domain_key].tracker for s in node.specs):
            yield node


@rule(
    severity="warning",
    clauses=("deviation.issue", "interfaces.owners"),
    over=_deviations_with_issues,
    why="The team that owns the specification works through its own tracker. An issue elsewhere "
    "waits for an answer that nobody there was asked for.",
    bad=page(deviation(issue="OPS-17")),
    good=page(deviation(issue="OPS-17, API-1234")),
    options=("domains.<name>.tracker", "trackers.<name>.pattern", "trackers.<name>.url"),
)
def deviation_issue_wrong_tracker(node: DeviationNode, context: Context) -> Iterator[Fault]:
    """Every domain that a deviation diverges from has an issue in its own tracker.

    Further issues in other trackers are allowed. Domains without a tracker are not checked.
    """
    config = context.graph.config
    # an id that fits several trackers counts for each: deviation_issue_unknown asks which is meant
    trackers = {tracker for issue in node.issues for tracker in issue.trackers}
    for key in sorted({spec.domain_key for spec in node.specs if spec.domain_key}):
        tracker = config.domains[key].tracker
        # a pattern that takes too long is an error of its own, and nobody knows what it matches
        is_judged = tracker and not config.patterns.is_slow(config.trackers[tracker].pattern)
        if is_judged and tracker not in trackers:
            yield Fault(
                f'{_subject(node)} of tracker "{tracker}"; raise one there for spec domain '
                f'"{key}"{_owner(config.domains[key])}',
                node.deviation.issues[0].place,
                node.docname,
                f"{node.deviation.id} {key}",
            )


def _subject(node: DeviationNode) -> str:
    names = [f'"{issue.text}"' for issue in node.issues]
    if len(names) == 1:
        return f"{names[0]} is not an issue"
    return f"{' and '.join(names)} are not issues"


def _owner(spec: SpecDomain) -> str:
    return f" (owner: {spec.owner})" if spec.owner else ""
