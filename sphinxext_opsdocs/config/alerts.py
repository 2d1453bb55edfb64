"""The table of ``opsdocs.toml`` on alert rules and the pages that they lead to."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

__all__ = ["AlertKind", "AlertSettings", "RemoteAlerts"]

AlertKind = Literal["prometheus", "alertmanager", "grafana"]
"""What a file with alerts contains."""


class RemoteAlerts(Struct, frozen=True, forbid_unknown_fields=True):
    """Files of alerts in another repository, of which ``opsdocs sync`` keeps copies."""

    files: Annotated[
        tuple[str, ...], Meta(description="addresses, or files relative to conf.py; not globs")
    ]
    kind: Annotated[AlertKind, Meta(description="what the files contain")] = "prometheus"


class AlertSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """Which files contain alerts, and which of their addresses are pages of this project."""

    files: Annotated[
        tuple[str, ...],
        Meta(description="globs over files of Prometheus rules, relative to conf.py"),
    ] = ()
    alertmanager: Annotated[
        tuple[str, ...],
        Meta(description="globs over configurations of Alertmanager, relative to conf.py"),
    ] = ()
    grafana: Annotated[
        tuple[str, ...],
        Meta(description="globs over alert rules that Grafana exported, relative to conf.py"),
    ] = ()
    annotations: Annotated[
        tuple[str, ...],
        Meta(description="annotations that contain the address of a runbook; the first one counts"),
    ] = ("runbook_url", "runbook")
    base_urls: Annotated[
        tuple[str, ...],
        Meta(
            description="addresses under which the pages of this project are published, besides "
            "html_baseurl"
        ),
    ] = ()

    remote: Annotated[
        dict[str, RemoteAlerts],
        Meta(description="files of alerts that opsdocs sync brings from elsewhere, by key"),
    ] = {}

    @property
    def has_files(self) -> bool:
        """Whether it names any."""
        return bool(self.files or self.alertmanager or self.grafana or self.remote)
