"""Issues are raised where the owner takes them."""

from collections.abc import Iterable, Iterator

from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import DeviationNode, TraceabilityGraph
from sphinxext_opsdocs.rules.engine.base import Context, deviation, page, rule


def deviations_with_issues(graph: TraceabilityGraph) -> Iterable[DeviationNode]:
    """Deviations with an issue, over a spec domain that names its tracker."""
    domains = graph.config.domains
    for node in graph.deviations:
        if node.issues and any(s.domain and domains[s.domain].tracker for s in node.specs):
            yield node


@rule(
    severity="warning",
    clauses=("deviation.issue", "interfaces.owners"),
    over=deviations_with_issues,
    bad=page(deviation(issue="OPS-17")),
    good=page(deviation(issue="OPS-17, API-1234")),
)
def deviation_issue_wrong_tracker(node: DeviationNode, context: Context) -> Iterator[Fault]:
    """Every domain that a deviation diverges from has an issue in its own tracker.

    Further issues in other trackers are fine. Silent for domains that name no tracker.
    """
    domains = context.graph.config.domains
    given = {tracker for issue in node.issues for tracker in issue.trackers}
    names = ", ".join(f'"{issue.text}"' for issue in node.issues)
    for key in sorted({spec.domain for spec in node.specs if spec.domain}):
        tracker = domains[key].tracker
        if tracker and tracker not in given:
            whom = f" (owner: {domains[key].owner})" if domains[key].owner else ""
            yield Fault(
                f'spec domain "{key}"{whom} takes issues in "{tracker}"; {names} is not one of it',
                node.deviation.issues[0].place,
                node.docname,
                f"{node.deviation.id} {key}",
            )
