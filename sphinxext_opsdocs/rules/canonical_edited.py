"""Specifications are changed by their owners."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sphinxext_opsdocs.config.classes import SPECIFICATION
from sphinxext_opsdocs.config.schema import SpecDomain
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.review.change_set import ChangeSet, PageChange
from sphinxext_opsdocs.rules._support.changes import (
    became,
    changed_set,
    header_place,
    is_operational,
    one,
    was,
)
from sphinxext_opsdocs.rules.engine.base import Context, page, rule

LIMITS = "specs/api/limits"
BEFORE = was(docname=LIMITS, document_class=SPECIFICATION), was()
EDITED = {LIMITS: became(LIMITS, document_class=SPECIFICATION)}


class _Edited(NamedTuple):
    changes: ChangeSet
    page: PageChange
    spec: SpecDomain


def _edited(graph: TraceabilityGraph) -> Iterable[_Edited]:
    for changes in one(graph):
        for change in changes.pages:
            spec = changes.edited_specification(change)
            if spec:
                yield _Edited(changes, change, spec)


@rule(
    severity="error",
    clauses=("boundary.noedit",),
    over=_edited,
    bad=page(inputs=changed_set(*BEFORE, after={**EDITED, "ops/page": became()})),
    good=page(inputs=changed_set(*BEFORE, after={**EDITED, "ops/page": was()})),
    is_review=True,
)
def canonical_edited(subject: _Edited, context: Context) -> Iterator[Fault]:
    """A specification does not change together with operational pages.

    Whoever finds that the system does otherwise records a deviation and raises an issue; the owner
    of the specification changes it. ``review.specifications`` can allow it, or forbid every change
    of them from here.
    """
    changes, change, spec = subject
    graph = context.graph
    allowed = graph.config.review.specifications
    others = [
        page.facts.docname for page in changes.pages if is_operational(page) and page.is_another
    ]
    if allowed == "allowed" or (allowed == "apart" and not others):
        return
    where = f', in "{spec.tracker}"' if spec.tracker else ""
    why = f"changed together with {', '.join(others[:3])}" if allowed == "apart" else "changed"
    whom = graph.config.whom(spec.owner) or "its owner"
    yield Fault(
        f"this specification is {why}; leave it to {whom}: raise an issue{where}",
        header_place(change.facts),
        change.facts.docname,
        "edited",
    )
