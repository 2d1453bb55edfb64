"""Passages of specifications, edited and planted into operational pages, to be found again."""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from sphinxext_opsdocs.facts.model import DocumentFacts, Place
from sphinxext_opsdocs.facts.prose import Passage
from sphinxext_opsdocs.graph.overlap import COPY, PageOverlaps

__all__ = ["EDITS", "Planted", "counted", "plant", "planted_texts"]

EDITS = {
    "verbatim": (0.0, 0.99),
    "6 % edited": (0.06, 0.98),
    "15 % edited": (0.15, 0.92),
    "reordered": (-1.0, 0.98),
}
"""Share of words that are changed, left out or put in, and the least recall.

-1 puts the sentences in another order.
"""
LEAST_WORDS = 20
FIRST_LINE = 1_000_000
"""Planted passages stand on lines that no real one has."""


@dataclass
class Planted:
    """One passage, where it was planted."""

    docname: str
    line: int


def plant(
    hosts: Sequence[DocumentFacts], texts: Sequence[str], share: float, seed: int
) -> tuple[list[DocumentFacts], list[Planted]]:
    """The hosts with one passage after another put between their own, and where they are."""
    chance = random.Random(seed)
    vocabulary = sorted({word for text in texts for word in text.split()})
    pages = {page.docname: list(page.passages) for page in hosts}
    planted: list[Planted] = []
    for number, text in enumerate(texts):
        edited = _reordered(text, chance) if share < 0 else _edited(text, share, vocabulary, chance)
        page = chance.choice(hosts)
        passages = pages[page.docname]
        index = chance.randrange(len(passages) + 1)
        section = passages[max(index - 1, 0)].section if passages else ""
        place = Place(page.path, FIRST_LINE + number)
        passages.insert(index, Passage(edited, place, section))
        planted.append(Planted(page.docname, place.line))
    return [replace(page, passages=tuple(pages[page.docname])) for page in hosts], planted


def planted_texts(specs: Sequence[DocumentFacts], share: float, number: int) -> list[str]:
    """Different paragraphs of specifications, several sentences each where they are reordered."""
    least = 3 if share < 0 else 1
    texts = dict.fromkeys(
        line
        for page in specs
        for section in page.sections
        for line in section.words.split("\n")
        if line[:1].isalpha() and not set("`<") & set(line)
        if len(line.split()) >= LEAST_WORDS and len(_split(line)) >= least
    )
    return random.Random(1).sample(sorted(texts), number)


def counted(found: dict[str, PageOverlaps], planted: Sequence[Planted]) -> tuple[float, float]:
    """Precision and recall. Whatever is found elsewhere is wrong."""
    places = {
        (name, overlap.place.line)
        for name, checked in found.items()
        for overlap in checked.overlaps
        if overlap.kind == COPY
    }
    hits = sum((one.docname, one.line) in places for one in planted)
    wrong = sum(line < FIRST_LINE for _, line in places)
    return hits / (hits + wrong), hits / len(planted)


def _split(text: str) -> list[str]:
    return re.findall(r"\S.*?[.!?](?=\s|$)", text)


def _reordered(text: str, chance: random.Random) -> str:
    parts = _split(text)
    before = list(parts)
    while parts == before:
        chance.shuffle(parts)
    return " ".join(parts)


def _edited(text: str, share: float, vocabulary: Sequence[str], chance: random.Random) -> str:
    words: list[str] = []
    for word in text.split():
        if chance.random() >= share:
            words.append(word)
            continue
        kind = chance.randrange(3)
        words += [[chance.choice(vocabulary)], [], [word, chance.choice(vocabulary)]][kind]
    return " ".join(words)
