"""What to write into pages that have no header yet, for people to decide on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from sphinxext_opsdocs.adoption.class_guess import ClassGuess, guess_class
from sphinxext_opsdocs.adoption.git_history import PageHistory
from sphinxext_opsdocs.adoption.owner_guess import CodeOwnersFile, OwnerGuess, guess_owner
from sphinxext_opsdocs.config.classes import LEGACY
from sphinxext_opsdocs.config.codeowners import owner_key
from sphinxext_opsdocs.config.lifecycle import Lifecycle
from sphinxext_opsdocs.facts.model import DocumentFacts, Header, Place
from sphinxext_opsdocs.facts.placeholders import is_placeholder
from sphinxext_opsdocs.graph.graph import TraceabilityGraph

__all__ = ["Proposal", "find_proposals", "unknown_owners"]

FaultyPages = Callable[[TraceabilityGraph, date], Collection[str]]
"""Returns the docnames of the pages of a graph with findings on their header and sections."""


class Proposal(Struct, frozen=True):
    """The header fields that a page lacks, and why these."""

    facts: DocumentFacts
    guess: ClassGuess
    owner: OwnerGuess
    last_commit: str
    document_class: str
    """What is written: the guess if the page then has no finding, else ``legacy``."""
    fields: Mapping[str, str]
    """What is written, by name; empty for a page whose owner nobody knows."""

    @property
    def stray(self) -> str:
        """Why the page cannot be edited: it has a header where nobody reads it."""
        return self.facts.stray_header.reason if self.facts.stray_header else ""


def find_proposals(
    graph: TraceabilityGraph,
    history: PageHistory,
    code_owners: CodeOwnersFile | None,
    status: Lifecycle,
    default_owner: str,
    today: date,
    faulty_pages: FaultyPages,
) -> Sequence[Proposal]:
    """Return a proposal for each page of a governed folder that lacks class, owner or status.

    They are sorted by docname. ``default_owner`` is that of pages of which nothing tells one.
    """
    known = {owner.title: key for key, owner in graph.config.owners.items() if owner.title}
    proposals: list[Proposal] = []
    for facts in graph.documents.values():
        if not graph.is_governed_folder(facts.docname) or not _missing(facts):
            continue
        given = facts.header.owners if facts.header else ()
        if given and not any(map(is_placeholder, given)):
            owner = OwnerGuess(given, "high", "header")
        else:
            owner = guess_owner(facts.path, code_owners, history, known)
        if not owner.names and default_owner:
            owner = OwnerGuess((default_owner,), "low", "--owner")
        guess = guess_class(facts, graph.classes)
        last = history.last_commit.get(facts.path, "")
        proposals.append(Proposal(facts, guess, owner, last, guess.name or LEGACY, {}))
    faulty = _faulty(graph, proposals, status, today, faulty_pages)
    return [_decided(each, each.facts.docname in faulty, status) for each in proposals]


def unknown_owners(proposals: Sequence[Proposal], owners: Collection[str]) -> list[str]:
    """Return the proposed owners that are none of those configured, sorted."""
    known = {owner_key(owner) for owner in owners}
    names = {name for proposal in proposals for name in proposal.owner.names if proposal.fields}
    return sorted(name for name in names if owner_key(name) not in known)


def _missing(facts: DocumentFacts) -> list[str]:
    known: set[str] = set()
    if facts.header:
        known = {*facts.header.given, *facts.header.defaulted}
    return [name for name in ("class", "owner", "status") if name not in known]


def _faulty(
    graph: TraceabilityGraph,
    proposals: Sequence[Proposal],
    status: Lifecycle,
    today: date,
    faulty_pages: FaultyPages,
) -> Collection[str]:
    """The docnames of pages that would have a finding with their guessed class."""
    documents = dict(graph.documents)
    for proposal in proposals:
        docname = proposal.facts.docname
        documents[docname] = replace(proposal.facts, header=_tried_header(proposal, status))
    return faulty_pages(graph.evolve(documents.values()), today)


def _tried_header(proposal: Proposal, status: Lifecycle) -> Header:
    facts = proposal.facts
    place = Place(facts.path, 1)
    header = facts.header or Header(place=place)
    return replace(
        header,
        document_class=header.document_class or proposal.document_class,
        owners=header.owners or proposal.owner.names,
        status=header.status or status,
        given={**dict.fromkeys(_missing(facts), place), **header.given},
    )


def _decided(proposal: Proposal, is_faulty: bool, status: Lifecycle) -> Proposal:
    document_class = proposal.guess.name
    if is_faulty or not document_class or proposal.guess.sureness == "low":
        document_class = LEGACY
    values = dict(_values(proposal, document_class, status))
    fields = {name: values[name] for name in _missing(proposal.facts)}
    if not all(fields.values()):
        fields = {}
    return replace(proposal, document_class=document_class, fields=fields)


def _values(
    proposal: Proposal, document_class: str, status: Lifecycle
) -> Iterator[tuple[str, str]]:
    yield "class", document_class
    yield "owner", ", ".join(proposal.owner.names)
    yield "status", str(status)
