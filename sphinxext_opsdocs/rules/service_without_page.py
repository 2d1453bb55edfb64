"""Every service has the pages that somebody on call needs."""

from collections.abc import Iterator

from msgspec import Struct

from sphinxext_opsdocs.config.lifecycle import Lifecycle
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.graph.services import known_services
from sphinxext_opsdocs.rules.engine.base import Context, rule
from sphinxext_opsdocs.rules.engine.examples import page
from sphinxext_opsdocs.services.catalog import CatalogService

CONFIG = {
    "services": {"orders-gateway": {"owner": "team-orders"}, "orders-db": {}},
    "catalog": {"classes": ["runbook"]},
}
LIVE = (Lifecycle.CANONICAL, Lifecycle.DEPRECATED)


class _Demand(Struct, frozen=True):
    """A page that a service has to have."""

    service: CatalogService
    document_class: str


def _demands(graph: TraceabilityGraph) -> Iterator[_Demand]:
    for service in known_services(graph).values():
        for name in graph.config.catalog.classes:
            yield _Demand(service, name)


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
    service, graph = demand.service, context.graph
    for document in graph.governed:
        header = document.header
        is_wanted = service.name in header.service
        if is_wanted and header.document_class == demand.document_class and header.status in LIVE:
            return
    owner = f" ({graph.config.owner_name(service.owner)})" if service.owner else ""
    yield Fault(
        f'service "{service.title or service.name}"{owner} has no live page of class '
        f'"{demand.document_class}"',
        service.place,
        "",
        f"{service.name} {demand.document_class}",
    )
