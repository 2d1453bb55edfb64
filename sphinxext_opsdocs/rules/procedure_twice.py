"""One task has one procedure."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from msgspec import Struct

from sphinxext_opsdocs.findings.finding import Fault, Related
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.graph.nodes import GovernedDocument
from sphinxext_opsdocs.graph.procedures import procedure_subjects
from sphinxext_opsdocs.rules.engine.base import Context, rule
from sphinxext_opsdocs.rules.engine.examples import page

SAME = {"service": "orders-gateway", "scope": "draining of nodes"}
OTHER = {"ops/drain": page(header=SAME)}


class _Same(Struct, frozen=True):
    """Pages of one class for one thing."""

    what: str
    documents: Sequence[GovernedDocument]


def _same_procedures(graph: TraceabilityGraph) -> Iterator[_Same]:
    groups: dict[tuple[str, str], list[GovernedDocument]] = defaultdict(list)
    for document in graph.governed:
        for what in procedure_subjects(document):
            groups[document.header.document_class, what].append(document)
    for (_, what), documents in groups.items():
        if len(documents) > 1:
            yield _Same(what, documents)


@rule(
    severity="warning",
    clauses=("success.recovery", "life.obsolete"),
    over=_same_procedures,
    why="Of two procedures for one task, one is corrected after the incident. The next person "
    "follows the other.",
    bad=page(header=SAME, pages=OTHER),
    good=page(header={**SAME, "scope": "draining of regions"}, pages=OTHER),
    scope="page",
)
def procedure_twice(same: _Same, context: Context) -> Iterator[Fault]:
    """No two Canonical pages of one class have the same service and scope, or the same alert.

    The later pages are reported, with the first. Pages without a scope are only compared by alert.
    """
    first, *others = same.documents
    for document in others:
        yield Fault(
            f'"{first.facts.docname}" is for {same.what} too; keep one page, or tell their '
            "scopes apart",
            document.header.place_of("scope", "alerts"),
            document.facts.docname,
            same.what,
            (Related("the first one", first.header.place),),
        )
