"""Specifications are changed by their owners."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sphinxext_opsdocs.config.classes import SPECIFICATION
from sphinxext_opsdocs.config.schema import SpecDomain
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.review.change_set import ChangeSet, PageChange
from sphinxext_opsdocs.rules._support.change_examples import page_after, page_before, reviewed
from sphinxext_opsdocs.rules._support.changes import change_sets, is_operational
from sphinxext_opsdocs.rules._support.headers import header_place
from sphinxext_opsdocs.rules.engine.base import Context, rule

LIMITS = "specs/api/limits"
BEFORE = page_before(docname=LIMITS, document_class=SPECIFICATION), page_before()
EDITED = {LIMITS: page_after(LIMITS, document_class=SPECIFICATION)}


class _Edit(NamedTuple):
    changes: ChangeSet
    page: PageChange
    spec: SpecDomain


def _edits(graph: TraceabilityGraph) -> Iterable[_Edit]:
    """The specifications that a change set edits."""
    for changes in change_sets(graph):
        for page in changes.pages:
            spec = changes.edited_specification(page)
            if spec:
                yield _Edit(changes, page, spec)


@rule(
    severity="error",
    clauses=("boundary.noedit",),
    over=_edits,
    why="Whoever writes the observed behaviour into the specification turns a fault into the "
    "contract, and the teams that build on the contract were never asked.",
    bad=reviewed(
        "The text of the specification ``specs/api/limits`` changed together with the runbook "
        "``ops/page``.",
        *BEFORE,
        after={**EDITED, "ops/page": page_after()},
    ),
    good=reviewed(
        "Record an observed deviation on ``ops/page`` and raise an issue with the owner, who "
        "changes ``specs/api/limits`` in a change of its own.",
        *BEFORE,
        after={**EDITED, "ops/page": page_before()},
    ),
    options=("review.specifications",),
    scope="page",
    is_review=True,
)
def canonical_edited(subject: _Edit, context: Context) -> Iterator[Fault]:
    """A specification does not change together with operational pages.

    Somebody who notices that the system behaves otherwise records a deviation and raises an issue;
    the owner of the specification changes it. ``review.specifications`` allows it, or forbids every
    change of specifications.
    """
    changes, page, spec = subject
    config = context.graph.config
    policy = config.review.specifications
    others = [
        other.facts.docname for other in changes.pages if is_operational(other) and other.is_changed
    ]
    if policy == "allowed" or (policy == "apart" and not others):
        return
    company = f" together with {', '.join(others[:3])}" if policy == "apart" else ""
    tracker = f' in "{spec.tracker}"' if spec.tracker else ""
    owner = config.owner_label(spec.owner) or "its owner"
    yield Fault(
        f"specification changed{company}; leave that to {owner} and raise an issue{tracker}",
        header_place(page.facts),
        page.facts.docname,
        "edited",
    )
