"""One alert has one runbook."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from sphinxext_opsdocs.findings.finding import Fault, Related
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.graph.runbooks import Runbook, find_runbooks
from sphinxext_opsdocs.rules._support.alerts import alert_fault, example_alert, example_inputs
from sphinxext_opsdocs.rules.engine.base import Context, rule
from sphinxext_opsdocs.rules.engine.examples import page

ADDRESS = "https://docs.example/ops/page.html"
HERE = example_alert(ADDRESS)


def _runbooks_by_alert(graph: TraceabilityGraph) -> Iterator[Sequence[Runbook]]:
    by_name: dict[str, list[Runbook]] = defaultdict(list)
    for runbook in find_runbooks(graph):
        if runbook.alert.name and runbook.docname:
            by_name[runbook.alert.name].append(runbook)
    yield from by_name.values()


@rule(
    severity="warning",
    clauses=("success.recovery",),
    over=_runbooks_by_alert,
    why="Which page opens depends on which of two rules fired. In the incident call, two people "
    "follow two procedures for one alert.",
    bad=page(
        inputs=example_inputs(
            HERE, example_alert("https://docs.example/specs/api/limits.html", line=14)
        ),
        note="Two rules of the name ``GatewayDown`` lead to two pages.",
    ),
    good=page(
        inputs=example_inputs(HERE, example_alert(f"{ADDRESS}#impact", line=14)),
        note="Both rules of the name ``GatewayDown`` lead to places of one page.",
    ),
    options=("alerts.files", "alerts.grafana"),
    scope="project",
)
def alert_ambiguous(runbooks: Sequence[Runbook], context: Context) -> Iterator[Fault]:
    """All rules of one name lead to the same page of this project."""
    first = runbooks[0]
    for other in runbooks[1:]:
        if other.docname != first.docname:
            assert first.alert.address
            yield alert_fault(
                other.alert,
                f'alert "{other.alert.name}" leads to "{other.docname}" here and to '
                f'"{first.docname}" elsewhere; use one page, or two names',
                (Related("the other rule", first.alert.address.place),),
            )
