"""The service of a page is one that is operated."""

from collections.abc import Iterator

from sphinxext_opsdocs.config.did_you_mean import did_you_mean, slip_of
from sphinxext_opsdocs.facts.model import Fix
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.nodes import GovernedDocument
from sphinxext_opsdocs.graph.services import known_services
from sphinxext_opsdocs.rules.engine.base import Context, rule
from sphinxext_opsdocs.rules.engine.examples import page

CONFIG = {"services": {"orders-gateway": {"owner": "team-orders"}}}


@rule(
    severity="warning",
    clauses=("success.recovery",),
    over=lambda graph: [document for document in graph.governed if document.header.service],
    why="Whoever looks for the pages of a service finds all but this one, which names it "
    "differently.",
    bad=page(header={"service": "order-gateway"}, config=CONFIG),
    good=page(header={"service": "orders-gateway"}, config=CONFIG),
    options=("services", "catalog.files"),
    scope="page",
)
def service_unknown(document: GovernedDocument, context: Context) -> Iterator[Fault]:
    """Each service in a header is in the configuration or in the catalogue.

    Silent in a project that has neither.
    """
    known = known_services(context.graph)
    if not known:
        return
    for name in document.header.service:
        if name not in known:
            near = slip_of(name, known)
            yield Fault(
                f'unknown service "{name}"{did_you_mean(name, known)}',
                document.header.place_of("service"),
                document.facts.docname,
                name,
                fix=Fix(name, near) if near else None,
            )
