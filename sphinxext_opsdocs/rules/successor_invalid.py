"""Pages that replace each other agree about it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import NamedTuple

from sphinxext_opsdocs.config.lifecycle import Lifecycle
from sphinxext_opsdocs.facts.model import Header, Place
from sphinxext_opsdocs.findings.finding import Fault, Related
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.graph.nodes import GovernedDocument
from sphinxext_opsdocs.rules._support.headers import page_exists
from sphinxext_opsdocs.rules.engine.base import Context, rule
from sphinxext_opsdocs.rules.engine.examples import page

SUPERSEDES, SUPERSEDED_BY = "supersedes", "superseded-by"
SUCCESSOR = {"superseded-by": "ops/new-drain"}


class _Claim(NamedTuple):
    """That a header names another page as the one before or after its own."""

    document: GovernedDocument
    field: str
    target: str

    @property
    def docname(self) -> str:
        return self.document.facts.docname

    @property
    def place(self) -> Place:
        return self.document.header.place_of(self.field)

    @property
    def pair(self) -> tuple[str, str]:
        """The old page and the new one."""
        if self.field == SUPERSEDES:
            return self.target, self.docname
        return self.docname, self.target


Circle = tuple[_Claim, ...]
"""Claims each of whose new pages is the old page of the next one."""


def _claims_and_circles(graph: TraceabilityGraph) -> Iterator[_Claim | Circle]:
    claims = [claim for document in graph.governed for claim in _claims_of(document)]
    circles = list(_find_circles(claims))
    yield from circles
    in_circles = {claim.pair for circle in circles for claim in circle}
    # a circle is one finding, whatever its pages say besides
    yield from (claim for claim in claims if claim.pair not in in_circles)


def _claims_of(document: GovernedDocument) -> Iterator[_Claim]:
    for target in document.header.supersedes:
        yield _Claim(document, SUPERSEDES, target)
    successor = document.header.superseded_by
    if successor and successor.casefold() != "none":
        yield _Claim(document, SUPERSEDED_BY, successor)


def _find_circles(claims: Sequence[_Claim]) -> Iterator[Circle]:
    old_pages: dict[str, dict[str, _Claim]] = {}
    for claim in claims:
        old, new = claim.pair
        if old != new:
            old_pages.setdefault(new, {}).setdefault(old, claim)
    while circle := _first_circle(old_pages):
        yield tuple(old_pages[new][old] for old, new in circle)
        for _, new in circle:
            del old_pages[new]


def _first_circle(old_pages: Mapping[str, Iterable[str]]) -> Sequence[tuple[str, str]]:
    """Return the old and the new page of every step, from the first page by name; or nothing."""
    try:
        TopologicalSorter(old_pages).prepare()
    except CycleError as error:
        pages: list[str] = error.args[1][1:]  # the last one is repeated at the start
        start = pages.index(min(pages))
        pages = pages[start:] + pages[:start]
        return list(zip(pages, [*pages[1:], pages[0]], strict=True))
    return ()


@rule(
    severity="warning",
    clauses=("life.transitions", "life.obsolete"),
    over=_claims_and_circles,
    why="Two pages claim to be the one to follow, or a reader who looks for the valid one is sent "
    "round in a circle. In an incident nobody has the time to find out which is right.",
    bad=page(header=SUCCESSOR, pages={"new-drain": page()}),
    good=page(header=SUCCESSOR | {"status": "Deprecated"}, pages={"new-drain": page()}),
    scope="page",
)
def successor_invalid(subject: _Claim | Circle, context: Context) -> Iterator[Fault]:
    """A page that replaces another exists, the old page is not Canonical, and no circle results.

    ``supersedes`` and ``superseded-by`` contain docnames of other pages of this project. As long as
    the new page is a Draft, the old one may stay Canonical. A Deprecated page without a successor
    is the subject of ``deprecated_without_successor``.
    """
    if not isinstance(subject, _Claim):
        yield _circle_fault(subject)
        return
    header, target = subject.document.header, subject.target
    if target != subject.docname and page_exists(context.graph, target):
        yield from _canonical_faults(subject, context.graph)
    elif subject.field == SUPERSEDES or header.status != Lifecycle.DEPRECATED:
        fault = "does not exist in this project; write the docname of a page"
        if target == subject.docname:
            fault = "is this page itself; name another page"
        message = f'{subject.field}: "{target}" {fault}'
        yield Fault(message, subject.place, subject.docname, f"{subject.field} {target}")


def _circle_fault(circle: Circle) -> Fault:
    pages = [claim.pair[0] for claim in circle]
    way = " → ".join(f'"{docname}"' for docname in [*pages, pages[0]])
    first, *others = sorted(circle, key=lambda claim: claim.docname)
    return Fault(
        f"pages supersede each other in a circle: {way}; correct one of their headers",
        first.place,
        first.docname,
        f"circle {' '.join(sorted(pages))}",
        tuple(Related("a part of the circle", claim.place) for claim in others),
    )


def _canonical_faults(claim: _Claim, graph: TraceabilityGraph) -> Iterator[Fault]:
    """Yield a fault on an old page that is still Canonical, once for both of its claims."""
    old, new = claim.pair
    old_header, new_header = _header_of(old, graph), _header_of(new, graph)
    if not old_header or old_header.status != Lifecycle.CANONICAL:
        return
    related: tuple[Related, ...] = ()
    if claim.field == SUPERSEDES:
        related = (Related("superseded here", claim.place),)
    if new_header and (
        new_header.status == Lifecycle.DRAFT or (not related and old in new_header.supersedes)
    ):
        return
    yield Fault(
        f'superseded by "{new}", but still Canonical; set the status to Deprecated, and '
        f'superseded-by to "{new}"',
        old_header.place_of("status"),
        old,
        f"canonical {new}",
        related,
    )


def _header_of(docname: str, graph: TraceabilityGraph) -> Header | None:
    facts = graph.documents.get(docname)
    return facts.header if facts else None
