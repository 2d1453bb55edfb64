"""Every alert says what to do."""

from collections.abc import Iterator

from sphinxext_opsdocs.alerts.alert import Alert
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.rules._support.alerts import alert_fault, example_alert, example_inputs
from sphinxext_opsdocs.rules.engine.base import Context, rule
from sphinxext_opsdocs.rules.engine.examples import page


@rule(
    severity="warning",
    clauses=("success.recovery",),
    over=lambda graph: [alert for alert in graph.inputs.alerts if alert.name],
    why="Somebody is woken at night by a name and a number. What to do about it is known to "
    "whoever wrote the alert.",
    bad=page(
        inputs=example_inputs(example_alert()),
        note="``alerts.files`` names a file with the alert ``GatewayDown``, without an annotation.",
    ),
    good=page(
        inputs=example_inputs(example_alert("https://docs.example/ops/page.html")),
        note="The alert has ``runbook_url: https://docs.example/ops/page.html``.",
    ),
    options=("alerts.files", "alerts.grafana", "alerts.annotations"),
    scope="project",
)
def alert_without_runbook(alert: Alert, context: Context) -> Iterator[Fault]:
    """An alert has the address of its runbook in an annotation.

    The annotations that count are ``alerts.annotations``. An address outside of this project is one
    as well.
    """
    if alert.address is None:
        names = " or ".join(f'"{name}"' for name in context.graph.config.alerts.annotations)
        yield alert_fault(alert, f'alert "{alert.name}" has no runbook; add the annotation {names}')
