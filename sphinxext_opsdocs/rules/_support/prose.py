"""What rules on prose share: the statements of pages, and how a message shows one."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from sphinxext_opsdocs.config.confidence import Confidence
from sphinxext_opsdocs.config.schema import Config, Owner, SpecDomain
from sphinxext_opsdocs.facts.model import DocumentFacts
from sphinxext_opsdocs.facts.prose import Statement
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.text.inflection import inflected_pattern
from sphinxext_opsdocs.text.language_file import default_language
from sphinxext_opsdocs.text.urls import blank_addresses

__all__ = [
    "PageStatement",
    "has_deviation",
    "has_issue",
    "owners_to_ask",
    "quoted",
    "sentences_read",
    "sentences_within",
    "statement_fault",
    "statements",
]

LONGEST = 160
"""Characters of a text that a message shows."""


class PageStatement(Struct, frozen=True):
    """A statement with its page, and how sure the claim is that a rule judges."""

    facts: DocumentFacts
    statement: Statement
    confidence: Confidence = "high"


def statements(
    graph: TraceabilityGraph, *claims: str, inside: bool = False
) -> Iterator[PageStatement]:
    """Statements with one of these claims, inside of deviations and workarounds or outside."""
    for facts in graph.judged:
        for statement in facts.statements:
            if bool(statement.within) is not inside:
                continue
            if confidence := statement.confidence_in(*claims):
                yield PageStatement(facts, statement, confidence)


def sentences_read(graph: TraceabilityGraph) -> int:
    """The number of sentences that were judged outside of deviations and workarounds."""
    return sum(facts.prose_size.sentences for facts in graph.judged)


def sentences_within(graph: TraceabilityGraph) -> int:
    """The number of sentences that were judged in deviations and workarounds."""
    return sum(facts.prose_size.sentences_within for facts in graph.judged)


def statement_fault(subject: PageStatement, message: str) -> Fault:
    """Return a fault at a statement."""
    statement = subject.statement
    # letter case and line breaks change in passing, and a finding keeps its fingerprint
    key = " ".join(statement.text.lower().split())
    docname, confidence = subject.facts.docname, subject.confidence
    return Fault(message, statement.place, docname, key, confidence=confidence)


def quoted(text: str) -> str:
    """Return a text as a message shows it: between quotation marks, cut at a word where long."""
    line = " ".join(text.split()).replace('"', "'")
    if len(line) > LONGEST:
        line = f"{line[:LONGEST].rpartition(' ')[0]} ..."
    return f'"{line}"'


def has_deviation(subject: PageStatement) -> bool:
    """Whether a deviation is recorded, or linked, in the section of the statement."""
    section, facts = subject.statement.section, subject.facts
    is_recorded = any(deviation.section == section for deviation in facts.deviations)
    return is_recorded or any(
        link.kind == "deviation" and link.section == section for link in facts.links
    )


def has_issue(subject: PageStatement, graph: TraceabilityGraph) -> bool:
    """Whether an issue is linked in the section of the statement, and in no other list item."""
    statement = subject.statement
    items = graph.issue_items.get((subject.facts.docname, statement.section), frozenset())
    # lists of known faults have an issue for some items: it tracks those alone, while an issue
    # outside of all lists (0) is about the section
    return bool(items) and (not statement.item or not items.isdisjoint({0, statement.item}))


def owners_to_ask(text: str, graph: TraceabilityGraph) -> str:
    """Return whom to ask about a text, by the vocabulary of the spec domains; may be empty.

    For example ``("endpoint" belongs to API contracts: ask API team (team-api), #api)``.
    """
    config, language = graph.config, graph.inputs.language or default_language()
    text = blank_addresses(text)
    questions: list[str] = []
    for key, spec in config.domains.items():
        words = (word for word in spec.vocabulary if inflected_pattern(word, language).search(text))
        word = next(words, "")
        if word:
            questions.append(f'"{word}" belongs to {spec.title or key}: ask {_owner(spec, config)}')
    return f" ({'; '.join(questions)})" if questions else ""


def _owner(spec: SpecDomain, config: Config) -> str:
    owner = config.owners.get(spec.owner, Owner())
    name = spec.owner or "its owner"
    if owner.title:
        name = f"{owner.title} ({name})"
    return f"{name}, {owner.contact}" if owner.contact else name
