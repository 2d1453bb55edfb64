"""Records of drills stay."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from sphinxext_opsdocs.facts.model import DocumentFacts, Place, Verification
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.rules._support.change_examples import page_before, reviewed
from sphinxext_opsdocs.rules._support.changes import kept_pages
from sphinxext_opsdocs.rules._support.headers import header_place
from sphinxext_opsdocs.rules.engine.base import Context, rule

FAILED = Verification(Place("ops/page", 9), "2026-11-20", "failed", by="team-orders", issues=())
WITH_RECORD = replace(page_before(), verifications=(FAILED,))


class _Lost(Struct, frozen=True):
    """A record of the base that the page has no longer."""

    facts: DocumentFacts
    record: Verification


def _lost_records(graph: TraceabilityGraph) -> Iterable[_Lost]:
    for page in kept_pages(graph):
        assert page.old and page.new
        # two of one day and result may be left of three: a system is tried again after its repair
        left = Counter(map(_identity, page.new.verifications))
        for record in page.old.verifications:
            identity = _identity(record)
            if left[identity]:
                left[identity] -= 1
            elif record.date:
                yield _Lost(page.new, record)


def _identity(record: Verification) -> tuple[str, ...]:
    return record.date, record.result, record.kind, record.environment


@rule(
    severity="warning",
    clauses=("life.fresh",),
    over=_lost_records,
    why="A failed drill that disappears takes with it what it showed, and an old one the sign that "
    "the next is overdue.",
    bad=reviewed(
        "The record of the failed drill of 2026-11-20 is gone from ``ops/page``.",
        WITH_RECORD,
        after={"ops/page": page_before()},
    ),
    good=reviewed("It is still there.", WITH_RECORD, after={"ops/page": WITH_RECORD}),
    scope="page",
    is_review=True,
)
def verification_vanished(lost: _Lost, context: Context) -> Iterator[Fault]:
    """Every ``verification`` of the base is still on its page: day, result, kind, environment."""
    record = lost.record
    yield Fault(
        f"the verification of {record.date} ({record.result or 'no result'}) was removed or "
        "changed; restore it, since records are history",
        header_place(lost.facts),
        lost.facts.docname,
        f"{record.date} {record.result}",
    )
