"""What the rules on alerts share: their faults, and examples of alerts."""

from __future__ import annotations

from sphinxext_opsdocs.alerts.alert import Alert
from sphinxext_opsdocs.facts.model import Fix, Place, Value
from sphinxext_opsdocs.findings.finding import Fault, Related
from sphinxext_opsdocs.graph.inputs import Inputs

__all__ = ["alert_fault", "example_alert", "example_inputs"]

BASE = "https://docs.example/"
RULES_FILE = "../rules/gateway.yml"


def alert_fault(
    alert: Alert, message: str, related: tuple[Related, ...] = (), fix: Fix | None = None
) -> Fault:
    """Return a fault at the address of an alert, or at its name where it has none."""
    place = alert.address.place if alert.address else alert.place
    address = alert.address.text if alert.address else ""
    key = f"{place.path} {alert.name} {address}"
    return Fault(message, place, "", key, related, fix=fix)


def example_alert(address: str = "", name: str = "GatewayDown", line: int = 4) -> Alert:
    """Return an alert of an example, as a rule file would contain it."""
    value = Value(address, Place(RULES_FILE, line + 4)) if address else None
    return Alert(name, Place(RULES_FILE, line), value)


def example_inputs(*alerts: Alert, redirects: dict[str, str] | None = None) -> Inputs:
    """Return the inputs of an example whose pages are published at ``https://docs.example/``."""
    return Inputs(
        alerts=alerts,
        base_url=BASE,
        pages=("ops/page", "specs/api/limits"),
        redirects=redirects or {},
    )
