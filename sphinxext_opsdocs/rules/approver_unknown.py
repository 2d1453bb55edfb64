"""Approvals come from people who may give them."""

from collections.abc import Iterator

from msgspec import Struct

from sphinxext_opsdocs.config.did_you_mean import listed
from sphinxext_opsdocs.config.people import find_members, is_same_person
from sphinxext_opsdocs.facts.model import Approval
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.rules.engine.base import Context, rule
from sphinxext_opsdocs.rules.engine.examples import STEP, directive, page

CONFIG = {
    "owners": {"team-orders": {"members": ["Ben Berg"], "roles": ["operations"]}, "team-api": {}}
}
BY_BEN = {"role": "operations", "date": "2026-11-20", "version": "2.1"}


class _Approved(Struct, frozen=True):
    docname: str
    approval: Approval


def _approvals(graph: TraceabilityGraph) -> Iterator[_Approved]:
    for document in graph.governed:
        for approval in document.facts.approvals:
            # those of earlier versions stay as history, whoever has left since
            if approval.who and approval.role and approval.version == document.header.version:
                yield _Approved(document.facts.docname, approval)


@rule(
    severity="warning",
    clauses=("review.aligned",),
    over=_approvals,
    why="An approval by somebody without the role looks like one, and the person who has it was "
    "never asked.",
    bad=page(STEP, directive("approval", "Eva Ek", **BY_BEN), config=CONFIG),
    good=page(STEP, directive("approval", "Ben Berg", **BY_BEN), config=CONFIG),
    options=("owners.<name>.members", "owners.<name>.roles"),
    scope="page",
)
def approver_unknown(approved: _Approved, context: Context) -> Iterator[Fault]:
    """Whoever approves the version of a page is a member of an owner with that role.

    A person is named as in ``members``, or by the address there. An approval is a record that
    anybody who can change the page can write, not a control: who may merge is for the host of the
    repository to decide.
    """
    approval = approved.approval
    members = find_members(context.graph.config.owners, approval.role)
    if any(is_same_person(approval.who, member) for member in members):
        return
    message = f'"{approval.who}" cannot approve as "{approval.role}"; '
    if members:
        message += f"ask one of: {listed(members)}"
    else:
        message += "no owner with that role has members; add them in opsdocs.toml"
    key = f"{approval.who} {approval.role} {approval.version}"
    yield Fault(message, approval.place, approved.docname, key)
