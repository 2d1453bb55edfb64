"""Every service has the pages that somebody on call needs."""

from collections.abc import Iterator

from msgspec import Struct

from sphinxext_opsdocs.config.lifecycle import Lifecycle
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.graph.services import known_services
from sphinxext_opsdocs.rules.engine.base import Context, rule
from sphinxext_opsdocs.rules.engine.examples import page
from sphinxext_opsdocs.services.service import CatalogService

CONFIG = {
    "services": {"orders-gateway": {"owner": "team-orders"}, "orders-db": {}},
    "catalog": {"classes": ["runbook"]},
}
LIVE = (Lifecycle.CANONICAL, Lifecycle.DEPRECATED)


class _Demand(Struct, frozen=True):
    """A page that a service has to have, and whether it has it."""

    service: CatalogService
    document_class: str
    is_met: bool


def _demands(graph: TraceabilityGraph) -> Iterator[_Demand]:
    headers = [document.header for document in graph.governed]
    live = {
        (service, header.document_class)
        for header in headers
        if header.status in LIVE
        for service in header.service
    }
    for service in known_services(graph).values():
        for name in graph.config.catalog.classes:
            yield _Demand(service, name, (service.name, name) in live)


@rule(
    severity="warning",
    clauses=("success.recovery", "class.kinds"),
    over=_demands,
    why="The service fails for the first time, and the person on call finds that nobody has "
    "written down how to run it.",
    bad=page(header={"service": "orders-gateway"}, config=CONFIG),
    good=page(header={"service": "orders-gateway, orders-db"}, config=CONFIG),
    options=("services", "catalog.files", "catalog.classes"),
    scope="project",
)
def service_without_page(demand: _Demand, context: Context) -> Iterator[Fault]:
    """Each service has a page of each class in ``catalog.classes``.

    A page that is Draft or Archived does not count.
    """
    if demand.is_met:
        return
    service, config = demand.service, context.graph.config
    owner = f" ({config.owner_name(service.owner)})" if service.owner else ""
    yield Fault(
        f'service "{service.title or service.name}"{owner} has no live page of class '
        f'"{demand.document_class}"',
        service.place,
        "",
        f"{service.name} {demand.document_class}",
    )
