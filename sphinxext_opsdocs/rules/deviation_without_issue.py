"""A deviation is raised with its owner."""

from collections.abc import Iterator

from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import DeviationNode
from sphinxext_opsdocs.rules.engine.base import Context, deviation, page, rule


@rule(
    severity="error",
    clauses=("deviation.issue", "deviation.escalated"),
    over=lambda graph: graph.deviations,
    bad=page(deviation(issue=None)),
    good=page(deviation()),
)
def deviation_without_issue(node: DeviationNode, context: Context) -> Iterator[Fault]:
    """A deviation links the issue that was raised with the owning domain, in ``issue``."""
    if not node.issues:
        owners = sorted({_owner(context, spec.domain) for spec in node.specs if spec.domain})
        whom = f" with {' and '.join(owners)}" if owners else ""
        yield Fault(
            f'deviation "{node.deviation.id}" links no issue; raise one{whom} and add :issue:',
            node.deviation.place,
            node.docname,
            node.deviation.id,
        )


def _owner(context: Context, domain: str) -> str:
    return context.graph.config.domains[domain].owner or f'the owner of "{domain}"'
