"""Nobody approves their own change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product

from msgspec import Struct
from msgspec.structs import replace

from sphinxext_opsdocs.config.classes import document_classes
from sphinxext_opsdocs.config.people import is_same_person
from sphinxext_opsdocs.config.schema import ClassSettings, Config
from sphinxext_opsdocs.facts.model import Approval, DocumentFacts, Place
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.review.authors import PageHistory
from sphinxext_opsdocs.rules._support.change_examples import page_after, page_before, reviewed
from sphinxext_opsdocs.rules._support.changes import change_sets, judging_config
from sphinxext_opsdocs.rules.engine.base import Context, rule

CONFIG = Config(classes={"runbook": ClassSettings(independent_approval=True)})
APPROVAL = Approval("Ben Berg", Place("ops/page", 9), "operations", "2026-11-20", "2.2")
AFTER = {"ops/page": replace(page_after(), approvals=(APPROVAL,))}


class _Approved(Struct, frozen=True):
    """An approval that a change set adds, and who wrote the rest of the change."""

    facts: DocumentFacts
    approval: Approval
    names: tuple[str, ...]
    """What else configuration calls the person."""
    authors: tuple[str, ...]


def _new_approvals(graph: TraceabilityGraph) -> Iterable[_Approved]:
    for changes in change_sets(graph):
        config = judging_config(changes)
        classes = document_classes(changes.config_after) | document_classes(config)
        members = [member for owner in config.owners.values() for member in owner.members]
        for page in changes.pages:
            headers = [facts.header for facts in (page.old, page.new) if facts and facts.header]
            names = [header.document_class for header in headers]
            # the class of before too: a change could leave it
            is_asked = any(classes[n].independent_approval for n in names if n in classes)
            if not page.new or not is_asked:
                continue
            authors = changes.histories.get(page.new.docname, PageHistory()).authors
            for approval in page.new_approvals:
                others = tuple(each for each in members if is_same_person(each, approval.who))
                yield _Approved(page.new, approval, others, authors)


@rule(
    severity="warning",
    clauses=("review.aligned",),
    over=_new_approvals,
    why="Whoever wrote a step reads what was meant. A second person reads what is there.",
    bad=reviewed(
        "Class ``runbook`` has ``independent_approval``. Ben Berg wrote the change of ``ops/page`` "
        "and approves it.",
        page_before(),
        after=AFTER,
        config=CONFIG,
        histories={"ops/page": PageHistory(("Ben Berg <ben@acme.example>",))},
    ),
    good=reviewed(
        "The same change, written by Eva Ek and approved by Ben Berg.",
        page_before(),
        after=AFTER,
        config=CONFIG,
        histories={"ops/page": PageHistory(("Eva Ek <eva@acme.example>",))},
    ),
    options=("classes.<name>.independent_approval",),
    scope="page",
    is_review=True,
)
def approval_by_author(approved: _Approved, context: Context) -> Iterator[Fault]:
    """With ``independent_approval``, nobody approves a change that they wrote.

    Authors are those of the commits since the base that change the file of the page in more than
    approvals, and the user of git where the file has changes that are not committed.
    """
    approval = approved.approval
    pairs = product((approval.who, *approved.names), approved.authors)
    if any(is_same_person(name, author) for name, author in pairs):
        yield Fault(
            f'"{approval.who}" approves version {approval.version}, but also wrote the change; ask '
            "somebody else to approve it",
            approval.place,
            approved.facts.docname,
            f"{approval.who} {approval.version}",
        )
