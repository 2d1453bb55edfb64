"""The services that a project knows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sphinxext_opsdocs.services.service import CatalogService

if TYPE_CHECKING:
    from sphinxext_opsdocs.graph.graph import TraceabilityGraph

__all__ = ["known_services"]


def known_services(graph: TraceabilityGraph) -> Mapping[str, CatalogService]:
    """Return the services of the catalogue and of the configuration, which wins, by name."""
    services = {service.name: service for service in graph.inputs.services}
    for name, service in graph.config.services.items():
        place = graph.inputs.config_place((), "services", name)
        services[name] = CatalogService(name, place, service.title, service.owner)
    return services
