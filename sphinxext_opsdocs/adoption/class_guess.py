"""Guesses the document class of a page from its path, its title and its sections."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Literal

import msgspec
from msgspec import Struct

from sphinxext_opsdocs.config.classes import DocumentClass, section_key
from sphinxext_opsdocs.facts.model import DocumentFacts
from sphinxext_opsdocs.findings.finding import counted_noun

__all__ = ["ClassGuess", "Sureness", "guess_class"]

Sureness = Literal["high", "medium", "low", "none"]
TITLE, FILE, FOLDER, HEADING, SECTION = 3, 2, 1, 1, 2
"""Weights of a word in the title, of the file, of a folder, or in the title of a section; of a
section that a class asks for."""
MOST_HEADINGS = 3
"""Sections whose titles count for a class."""
HIGH, MEDIUM = 5, 3
"""Least weights; half as much for another class lowers the sureness by one step."""
INDEX = "index"


class ClassGuess(Struct, frozen=True):
    """The likeliest class of a page; empty where nothing speaks for any."""

    name: str = ""
    sureness: Sureness = "none"
    why: str = ""
    """What speaks for it, as people read it."""


def guess_class(facts: DocumentFacts, classes: Mapping[str, DocumentClass]) -> ClassGuess:
    """Return the class that most of path, title and section titles speak for."""
    weights: dict[str, int] = defaultdict(int)
    reasons: dict[str, list[str]] = defaultdict(list)
    headings = [_plain(section.title) for section in facts.sections[1:]]
    for key, pattern in _patterns().items():
        for source, weight, text in _texts(facts):
            if match := pattern.search(text):
                weights[key] += weight
                reasons[key].append(f'"{match[0]}" in the {source}')
        if found := [match[0] for text in headings if (match := pattern.search(text))]:
            weights[key] += HEADING * len(found[:MOST_HEADINGS])
            reasons[key].append(f'"{found[0]}" in {counted_noun(len(found), "section")}')
    for key, document_class in classes.items():
        if shared := _shared_sections(facts, document_class):
            weights[key] += SECTION * len(shared)
            reasons[key].append(f"sections {', '.join(shared)}")
    if not weights:
        return ClassGuess()
    best, *others = sorted(weights, key=lambda key: -weights[key])
    return ClassGuess(
        best,
        _sureness(weights[best], weights[others[0]] if others else 0),
        "; ".join(reasons[best]),
    )


def _texts(facts: DocumentFacts) -> Iterator[tuple[str, int, str]]:
    """What names a page: where that is, what a word there weighs, and the text."""
    *folders, name = facts.docname.split("/")
    if name == INDEX and folders:
        folders.pop()  # the name of what the page introduces, as is its title
    else:
        yield "title", TITLE, _plain(facts.title)
        yield "file name", FILE, _plain(name)
    yield "folder", FOLDER, _plain(" ".join(folders))


def _sureness(best: int, second: int) -> Sureness:
    if best >= HIGH and second * 2 < best:
        return "high"
    if best >= MEDIUM and (best >= HIGH or second * 2 < best):
        return "medium"
    return "low"


def _shared_sections(facts: DocumentFacts, document_class: DocumentClass) -> list[str]:
    titles = {section_key(section.title): section.title for section in facts.sections}
    shared: dict[str, None] = {}
    for alternatives in document_class.required_sections:
        for title in alternatives.split("|"):
            if section_key(title) in titles:
                shared[titles[section_key(title)]] = None
    return list(shared)


def _plain(text: str) -> str:
    return re.sub(r"[^\w]+|_", " ", text.casefold())


@cache
def _patterns() -> Mapping[str, re.Pattern[str]]:
    text = files("sphinxext_opsdocs").joinpath("data/class_words.toml").read_text("utf-8")
    words = msgspec.convert(tomllib.loads(text), dict[str, tuple[str, ...]])
    return {key: _pattern(stems) for key, stems in words.items()}


def _pattern(stems: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, stems))})\w*")
