"""The findings that only the whole fleet shows."""

from __future__ import annotations

from sphinxext_opsdocs.fleet.database import empty, quoted_text
from sphinxext_opsdocs.fleet.queries import FLEET_RULES, query
from sphinxext_opsdocs.fleet.settings import FleetSettings

__all__ = ["fleet_findings_query"]


def fleet_findings_query(settings: FleetSettings) -> str:
    """Return a query for the findings of all rules of the fleet that are on."""
    parts = [_of_rule(name, severity) for name, severity in _severities(settings).items()]
    return "\nUNION ALL\n".join(parts) or empty("fleet_findings")


def _severities(settings: FleetSettings) -> dict[str, str]:
    severities = {
        name: settings.rules.get(name, rule.severity) for name, rule in FLEET_RULES.items()
    }
    return {name: severity for name, severity in severities.items() if severity != "off"}


def _of_rule(name: str, severity: str) -> str:
    columns = (
        "repository, page, path, CAST(line AS INTEGER) AS line, message, subject, index_address"
    )
    head = f"SELECT {quoted_text(name)} AS rule, {quoted_text(severity)} AS severity, {columns}"
    return f"{head} FROM (\n{query(name)}\n) AS {name}"
