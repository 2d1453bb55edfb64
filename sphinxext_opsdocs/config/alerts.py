"""The table of ``opsdocs.toml`` on alert rules and the pages that they lead to."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

__all__ = ["AlertSettings"]


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

    @property
    def has_files(self) -> bool:
        """Whether it names any."""
        return bool(self.files or self.alertmanager or self.grafana)
