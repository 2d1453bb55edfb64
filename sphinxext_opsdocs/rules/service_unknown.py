"""The service of a page is one that is operated."""

from collections.abc import Collection, Iterator

from msgspec import Struct

from sphinxext_opsdocs.config.did_you_mean import did_you_mean, slip_of
from sphinxext_opsdocs.facts.model import Fix, Place
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.graph.services import known_services
from sphinxext_opsdocs.rules.engine.base import Context, rule
from sphinxext_opsdocs.rules.engine.examples import page

CONFIG = {"services": {"orders-gateway": {"owner": "team-orders"}}}


class _NamedService(Struct, frozen=True):
    """A service that a header or a deviation names, and all that are listed."""

    docname: str
    name: str
    place: Place
    known: Collection[str]


def _named_services(graph: TraceabilityGraph) -> Iterator[_NamedService]:
    known = known_services(graph)
    if not known:
        return
    for document in graph.governed:
        place = document.header.place_of("service")
        for name in document.header.service:
            yield _NamedService(document.facts.docname, name, place, known)
    for node in graph.deviations:
        for name in node.deviation.services:
            yield _NamedService(node.docname, name, node.deviation.place, known)


@rule(
    severity="warning",
    clauses=("success.recovery",),
    over=_named_services,
    why="Whoever looks for the pages of a service finds all but this one, which names it "
    "differently.",
    bad=page(header={"service": "order-gateway"}, config=CONFIG),
    good=page(header={"service": "orders-gateway"}, config=CONFIG),
    options=("services", "catalog.files"),
    scope="page",
)
def service_unknown(named: _NamedService, context: Context) -> Iterator[Fault]:
    """Each service in a header or a deviation is in the configuration or in the catalogue.

    Silent in a project that has neither.
    """
    if named.name not in named.known:
        near = slip_of(named.name, named.known)
        yield Fault(
            f'unknown service "{named.name}"{did_you_mean(named.name, named.known)}',
            named.place,
            named.docname,
            named.name,
            fix=Fix(named.name, near) if near else None,
        )
