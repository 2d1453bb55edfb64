"""The alerts in files of Prometheus, Alertmanager and Grafana."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import yaml

from sphinxext_opsdocs.alerts.alert import Alert
from sphinxext_opsdocs.config.alerts import AlertKind
from sphinxext_opsdocs.facts.model import Place, Value
from sphinxext_opsdocs.storage import UnreadableError
from sphinxext_opsdocs.yaml_nodes import entries, items, line_of, read_documents, text_of

__all__ = ["read_alerts"]

ADDRESSES = ("http://", "https://")
FILES: Mapping[AlertKind, str] = {
    "prometheus": "rules of Prometheus",
    "alertmanager": "a configuration of Alertmanager",
    "grafana": "rules that Grafana exported",
}
MOST_NODES = 100_000
"""Nodes of an Alertmanager configuration that are looked at."""


def read_alerts(
    text: str, path: str, kind: AlertKind, annotations: Sequence[str]
) -> tuple[Alert, ...]:
    """Return the alerts of a file in its order; raises UnreadableError.

    A configuration of Alertmanager has no alerts of its own: each address in it is one without a
    name. JSON is YAML as well.
    """
    roots = read_documents(text)
    # a page that asks somebody to sign in is YAML too, of one text
    if any(text_of(root).strip() for root in roots):
        raise UnreadableError(f"is plain text; expected {FILES[kind]}")
    if kind == "alertmanager":
        return tuple(alert for root in roots for alert in _addresses(root, path))
    find = _grafana_rules if kind == "grafana" else _prometheus_rules
    return tuple(
        _alert(rule, path, kind, annotations) for root in roots for rule in find(entries(root))
    )


def _prometheus_rules(root: dict[str, yaml.Node]) -> Iterator[yaml.Node]:
    """Yield the alerting rules of a rule file, of a ``PrometheusRule``, or of a list of these.

    https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/
    """
    for part in (root, *map(entries, items(root.get("items")))):
        spec = entries(part.get("spec"))
        for group in (*items(part.get("groups")), *items(spec.get("groups"))):
            for rule in items(entries(group).get("rules")):
                if "alert" in entries(rule):
                    yield rule


def _grafana_rules(root: dict[str, yaml.Node]) -> Iterator[yaml.Node]:
    """Yield the rules of an export of Grafana.

    https://grafana.com/docs/grafana/latest/alerting/set-up/provision-alerting-resources/
    """
    for group in items(root.get("groups")):
        yield from items(entries(group).get("rules"))


def _alert(rule: yaml.Node, path: str, kind: AlertKind, annotations: Sequence[str]) -> Alert:
    values = entries(rule)
    name = values.get("title") if kind == "grafana" else values.get("alert")
    address: Value | None = None
    given = entries(values.get("annotations"))
    for annotation in annotations:
        node = given.get(annotation)
        if node is not None and text_of(node).strip():
            address = Value(text_of(node).strip(), Place(path, line_of(node)))
            break
    return Alert(text_of(name), Place(path, line_of(name or rule)), address)


def _addresses(root: yaml.Node, path: str) -> Iterator[Alert]:
    """Yield the addresses of a configuration, wherever they stand: receivers differ."""
    nodes = [root]
    for _ in range(MOST_NODES):
        if not nodes:
            return
        node = nodes.pop()
        text = text_of(node).strip()
        if text.startswith(ADDRESSES) and not any(mark in text for mark in "\n "):
            place = Place(path, line_of(node))
            yield Alert("", place, Value(text, place))
        nodes += reversed([*items(node), *entries(node).values()])
