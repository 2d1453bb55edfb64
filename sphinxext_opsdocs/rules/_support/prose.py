"""What rules on prose have in common: the statements of pages, and how a message shows one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from msgspec import Struct

from sphinxext_opsdocs.config.schema import Config, Owner
from sphinxext_opsdocs.facts.model import DocumentFacts, Statement
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import TraceabilityGraph

__all__ = ["Said", "fault_of", "said", "shown", "whom_to_ask"]

LONGEST = 160
"""Characters of a text that a message shows."""


class Said(Struct, frozen=True):
    """A statement on its page."""

    facts: DocumentFacts
    statement: Statement


def said(graph: TraceabilityGraph, *claims: str, inside: bool = False) -> Iterator[Said]:
    """Statements with one of these claims, inside of deviations and workarounds or outside."""
    for facts in graph.judged:
        for statement in facts.statements:
            if bool(statement.within) is inside and not set(claims).isdisjoint(statement.claims):
                yield Said(facts, statement)


def shown(text: str) -> str:
    """A text as a message shows it: in quotes, and cut at a word where it is long."""
    line = " ".join(text.split())
    if len(line) > LONGEST:
        line = f"{line[:LONGEST].rpartition(' ')[0]} ..."
    return f"“{line}”"


def fault_of(subject: Said, message: str) -> Fault:
    """A fault at a statement."""
    statement = subject.statement
    key = " ".join(statement.text.lower().split())
    return Fault(message, statement.place, subject.facts.docname, key)


def whom_to_ask(text: str, config: Config) -> str:
    """Whose subject matter a text is about, by the vocabulary of spec domains; may be empty."""
    found: list[str] = []
    for key, spec in config.domains.items():
        word = next((w for w in spec.vocabulary if _names(w).search(text)), "")
        if word:
            owner = config.owners.get(spec.owner, Owner())
            name = spec.owner or "its owner"
            name = f"{owner.title} ({name})" if owner.title else name
            contact = f", {owner.contact}" if owner.contact else ""
            found.append(f'"{word}" is for {spec.title or key} to rule on: ask {name}{contact}')
    return "; ".join(found)


@cache
def _names(word: str) -> re.Pattern[str]:
    """Matches a word of a vocabulary, also in the plural."""
    stem = re.escape(word.removesuffix("y"))
    ending = "(?:y|ys|ies)" if word.endswith("y") else "(?:s|es)?"
    return re.compile(rf"(?<!\w){stem}{ending}(?!\w)", re.IGNORECASE)
