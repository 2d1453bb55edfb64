"""One alert, and the address to which it sends the person on call."""

from __future__ import annotations

import re

from msgspec import Struct

from sphinxext_opsdocs.facts.model import Place, Value

__all__ = ["Alert", "fill_template", "find_template"]

TEMPLATE = re.compile(
    r"\{\{.{0,200}?\}\}|%\(\w{1,40}\)[sd]|%[sd](?![0-9A-Fa-f])|\$\{\w{1,60}\}|\$\w{1,60}"
)
"""What is left for a program to fill in: of Prometheus and Grafana, jsonnet, and shells."""
NAME = re.compile(r"\{\{-?\s*(?:\$labels|\.Labels|\.CommonLabels)\.alertname\s*-?\}\}")
"""The name of the alert itself, in templates of Prometheus and of Alertmanager."""


class Alert(Struct, frozen=True, gc=False):
    """An alert rule; ``address`` is None where no annotation of it leads anywhere.

    ``address.text`` is as written, with templates.
    """

    name: str
    place: Place
    address: Value | None = None


def fill_template(alert: Alert) -> str:
    """Return the address of an alert, with its own name where the template says so."""
    if alert.address is None:
        return ""
    return NAME.sub(lambda _: alert.name, alert.address.text.strip())


def find_template(address: str) -> str:
    """Return the first template in an address; empty without one."""
    found = TEMPLATE.search(address)
    return found.group() if found else ""
