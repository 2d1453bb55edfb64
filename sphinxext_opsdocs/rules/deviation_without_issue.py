"""A deviation is raised with the owner of the specification."""

from collections.abc import Iterator

from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.nodes import DeviationNode
from sphinxext_opsdocs.rules._support.deviations import deviation_fault
from sphinxext_opsdocs.rules.engine.base import Context, rule
from sphinxext_opsdocs.rules.engine.examples import deviation, page


@rule(
    severity="error",
    clauses=("deviation.issue", "deviation.escalated"),
    over=lambda graph: graph.deviations,
    why="A divergence that only operations knows about is never fixed: the team that could fix it "
    "has nothing in its backlog.",
    bad=page(deviation(issue=None)),
    good=page(deviation()),
)
def deviation_without_issue(node: DeviationNode, context: Context) -> Iterator[Fault]:
    """A deviation links the issue that was raised with the owning domain, in ``issue``."""
    if not node.issues:
        owners = sorted(
            {_owner(context, spec.domain_key) for spec in node.specs if spec.domain_key}
        )
        addressee = f" with {' and '.join(owners)}" if owners else ""
        message = (
            f'deviation "{node.deviation.id}" has no issue; raise one{addressee} and add :issue:'
        )
        yield deviation_fault(node, message)


def _owner(context: Context, domain: str) -> str:
    config = context.graph.config
    return config.owner_label(config.domains[domain].owner) or f'the owner of "{domain}"'
