"""Passages of specifications, edited and planted into operational pages, to be found again."""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from sphinxext_opsdocs.model import DocumentFacts, Passage, Place
from sphinxext_opsdocs.overlaps import COPY, Checked

__all__ = ["EDITS", "Planted", "counted", "plant"]

EDITS = {"verbatim": 0.0, "6 % edited": 0.06, "15 % edited": 0.15, "reordered": -1.0}
"""Share of words that are changed, left out or put in; -1 puts the sentences in another order."""
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


def paragraphs(pages: Sequence[DocumentFacts], least: int, sentences: int) -> Iterator[str]:
    """Paragraphs of specifications with at least that many words and sentences."""
    for page in pages:
        for section in page.sections:
            for line in section.words.split("\n"):
                is_prose = line[:1].isalpha() and "`" not in line and "<" not in line
                if is_prose and len(line.split()) >= least and len(_split(line)) >= sentences:
                    yield line


def counted(
    found: dict[str, Checked], planted: Sequence[Planted]
) -> tuple[float, float, list[Planted]]:
    """Precision, recall, and what was missed. Whatever is found elsewhere is counted as wrong."""
    places = {
        (name, o.place.line) for name, c in found.items() for o in c.overlaps if o.kind == COPY
    }
    missed = [one for one in planted if (one.docname, one.line) not in places]
    hits = len(planted) - len(missed)
    wrong = sum(line < FIRST_LINE for _, line in places)
    return hits / (hits + wrong), hits / len(planted), missed


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
