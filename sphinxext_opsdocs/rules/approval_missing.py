"""A version has the approvals that its class demands."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from sphinxext_opsdocs.config.classes import DocumentClass, document_classes
from sphinxext_opsdocs.config.people import find_members, is_same_person
from sphinxext_opsdocs.config.schema import ClassSettings, Config, Owner
from sphinxext_opsdocs.facts.model import Approval, DocumentFacts, Header, Place
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.review.authors import PageHistory
from sphinxext_opsdocs.review.change_set import PageChange
from sphinxext_opsdocs.rules._support.change_examples import page_after, page_before, reviewed
from sphinxext_opsdocs.rules._support.changes import change_sets, is_editorial, judging_config
from sphinxext_opsdocs.rules.engine.base import Context, rule

CONFIG = Config(
    owners={"team-orders": Owner(members=("Ben Berg",), roles=("operations",))},
    classes={"runbook": ClassSettings(approvals={"Canonical": ("operations",)})},
)


class _Demand(Struct, frozen=True):
    """A page that needs somebody of a role to approve its version."""

    page: PageChange
    header: Header
    role: str
    members: Collection[str]
    """With that role."""
    history: PageHistory

    @property
    def given(self) -> Sequence[Approval]:
        """The approvals of that role and version, whether or not they count."""
        wanted = (self.role, self.header.version)
        approvals = self.page.new.approvals if self.page.new else ()
        return [each for each in approvals if (each.role, each.version) == wanted]

    def fault(self, approval: Approval, context: Context) -> str:
        """Return why such an approval does not count; empty if it does."""
        if not any(is_same_person(approval.who, member) for member in self.members):
            return "nobody of that name has the role at the base"
        if approval.who.casefold() in self.history.outdated:
            return "the page changed after it"
        old = self.page.old
        is_new_version = old and old.header and old.header.version != self.header.version
        if is_new_version and approval not in self.page.new_approvals:
            return "it was given before there was such a version"
        if approval.place.path != self.page.facts.path:
            return "it stands in another file"
        if context.days_ahead(approval.date):
            return "its day is in the future"
        return ""


def _demands(graph: TraceabilityGraph) -> Iterable[_Demand]:
    for changes in change_sets(graph):
        config = judging_config(changes)
        classes = document_classes(changes.config_after) | document_classes(config)
        for page in changes.pages:
            header = page.new.header if page.new else None
            if not page.new or not header or not _is_asked(page, header):
                continue
            old = page.old.header if page.old else None
            # the class of before too: a change could leave it to be asked for nothing
            names = [each.document_class for each in (old, header) if each]
            history = changes.histories.get(page.new.docname, PageHistory())
            for role in dict.fromkeys(_roles(names, header.status, classes)):
                members = find_members(config.owners, role)
                yield _Demand(page, header, role, members, history)


def _is_asked(page: PageChange, header: Header) -> bool:
    """Whether a page gets its status or class, or is changed while it has them."""
    old = page.old.header if page.old else None
    if not old or (old.status, old.document_class) != (header.status, header.document_class):
        return True
    return page.has_new_procedure and not is_editorial(page)


def _roles(
    names: Iterable[str], status: str, classes: Mapping[str, DocumentClass]
) -> Iterator[str]:
    for name in names:
        if name in classes:
            yield from classes[name].approvals.get(status, ())


def _with_approval(version: str) -> DocumentFacts:
    approval = Approval("Ben Berg", Place("ops/page", 9), "operations", "2026-11-20", version)
    return replace(page_after(), approvals=(approval,))


@rule(
    severity="warning",
    clauses=("review.aligned",),
    over=_demands,
    why="People follow a Canonical page without asking. Without the approval that its class "
    "demands, nobody responsible has agreed to what they do.",
    bad=reviewed(
        'Class ``runbook`` demands an approval of role "operations" for status Canonical. The text '
        "of ``ops/page`` changed; its approval is of version 2.1, the page of 2.2.",
        page_before(),
        after={"ops/page": _with_approval("2.1")},
        config=CONFIG,
    ),
    good=reviewed(
        "The same change, with an ``approval`` of version 2.2 by a member with that role.",
        page_before(),
        after={"ops/page": _with_approval("2.2")},
        config=CONFIG,
    ),
    options=("classes.<name>.approvals", "owners.<name>.roles", "owners.<name>.members"),
    scope="page",
    is_review=True,
)
def approval_missing(demand: _Demand, context: Context) -> Iterator[Fault]:
    """A page has the approvals of its class when it gets a status, or is changed while it has it.

    An approval counts for the version that it names, if the page did not change after it. Nothing
    is asked of a change that only makes a page safer: one that deprecates or archives it, or
    records or resolves a deviation. A change that ``editorial`` declares needs no approval either.
    Classes and roles are those of the base.
    """
    header = demand.header
    faults = {approval.who: demand.fault(approval, context) for approval in demand.given}
    if "" in faults.values():
        return
    remedy = "ask a member with that role to add one"
    for approval in demand.page.new_approvals:
        if approval.role == demand.role:
            remedy = f'that of "{approval.who}" is for version {approval.version or "(none)"}'
    if faults:
        who, fault = next(iter(faults.items()))
        remedy = f'that of "{who}" does not count: {fault}'
    yield Fault(
        f'missing approval of role "{demand.role}" for version {header.version or "(none)"} '
        f"(status {header.status}, class {header.document_class}); {remedy}",
        header.place_of("version"),
        demand.page.facts.docname,
        demand.role,
    )
