"""A page that names an alert is the page of an alert that exists."""

from collections.abc import Iterator

from msgspec import Struct

from sphinxext_opsdocs.config.did_you_mean import did_you_mean
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.graph.nodes import GovernedDocument
from sphinxext_opsdocs.rules._support.alerts import example_alert, example_inputs
from sphinxext_opsdocs.rules.engine.base import Context, rule
from sphinxext_opsdocs.rules.engine.examples import page

INPUTS = example_inputs(example_alert("https://docs.example/ops/page.html"))


class _NamedAlert(Struct, frozen=True):
    """An alert that a page names in its header, and those of all rule files."""

    document: GovernedDocument
    name: str
    known: frozenset[str]


def _named_alerts(graph: TraceabilityGraph) -> Iterator[_NamedAlert]:
    known = frozenset(alert.name for alert in graph.inputs.alerts if alert.name)
    if not known:
        return  # no file of rules is configured, or none can be read
    for document in graph.governed:
        for name in document.header.alerts:
            yield _NamedAlert(document, name, known)


@rule(
    severity="warning",
    clauses=("success.recovery", "life.obsolete"),
    over=_named_alerts,
    why="The alert was renamed or removed. The page is kept for nothing, or the alert of the new "
    "name leads nowhere.",
    bad=page(
        header={"alerts": "GatewaySlow"},
        inputs=INPUTS,
        note="``alerts.files`` names a file with the alert ``GatewayDown`` alone.",
    ),
    good=page(header={"alerts": "GatewayDown"}, inputs=INPUTS),
    options=("alerts.files", "alerts.grafana"),
    scope="page",
)
def playbook_without_alert(named: _NamedAlert, context: Context) -> Iterator[Fault]:
    """Each alert in the header of a page is one of a rule file."""
    if named.name not in named.known:
        yield Fault(
            f'no rule file has an alert "{named.name}"{did_you_mean(named.name, named.known)}',
            named.document.header.place_of("alerts"),
            named.document.facts.docname,
            named.name,
        )
